"""Sends what is due, a bounded number at a time, and takes note of what came of it.

Whoever sends holds a lease, not a transaction: when it is killed, another sends the same message again. A place that
becomes free is given away at once, so that slow receivers hold their own places and no round.
"""

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from cryptography.fernet import InvalidToken
from django.utils import timezone

from imagehub.lib.outbound import posting
from imagehub.lib.outbound.posting import Receipt
from imagehub.lib.outbound.refusals import Refused
from imagehub.webhooks import claiming, fanout, secrets
from imagehub.webhooks.claiming import MOST, Message
from imagehub.webhooks.services import outcomes
from imagehub.webhooks.services.outcomes import Answer
from imagehub.webhooks.wording import SECRET_LOST

ROUND = 20.0  # seconds after which nothing more is begun; what is under way then ends long before its leases do
TIMEOUT = 15.0  # seconds for a whole exchange
LOOK = 0.25  # seconds after which somebody who waits for answers looks for what is new
AGENT = "ImageHub-Webhooks/1"


def send_some(seconds: float = ROUND) -> bool:
    """Send until nothing is due any more, or for so long; tell whether there was anything."""
    ends_at = time.monotonic() + seconds
    under_way: set[Future[tuple[int, Answer]]] = set()
    was_anything = False
    with ThreadPoolExecutor(MOST) as pool:
        while True:
            if time.monotonic() < ends_at:
                under_way |= {pool.submit(_answer, message) for message in claiming.claim(MOST - len(under_way))}
            if not under_way:
                return was_anything
            was_anything = True
            under_way = _noted(under_way)


def _noted(under_way: set[Future[tuple[int, Answer]]]) -> set[Future[tuple[int, Answer]]]:
    """Take note of what has come; return what has not. While nothing comes, look for what is new."""
    done, left = wait(under_way, LOOK, FIRST_COMPLETED)
    for one in done:
        outcomes.take(*one.result())
    if not done:
        fanout.fan_out()
    return left


def _answer(message: Message) -> tuple[int, Answer]:
    """Ask once; touches no database."""
    began = time.monotonic()
    try:
        receipt: Receipt | None = _posted(message)
        reason = ""
    except InvalidToken:
        receipt, reason = None, SECRET_LOST
    except Refused as refusal:
        receipt, reason = None, str(refusal.reason)
    milliseconds = int((time.monotonic() - began) * 1000)
    return message.delivery, Answer(receipt, reason, milliseconds)


def _posted(message: Message) -> Receipt:
    now = int(timezone.now().timestamp())
    opened = [secrets.opened(one) for one in message.sealed]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": message.message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(secrets.signature(one, message.message_id, now, message.body) for one in opened),
    }
    return posting.post(message.url, message.body, headers=headers, deadline=TIMEOUT)
