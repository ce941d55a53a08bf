"""What comes of a try: done, again later, given up, or the end of an endpoint with a word to its owner."""

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.translation import gettext as _

from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.lib.outbound.posting import Receipt
from imagehub.lib.outbound.refusals import Reason
from imagehub.lib.transactions import after_commit, write
from imagehub.webhooks import schedule
from imagehub.webhooks.models import PATIENCE, Attempt, Delivery, Ending, Endpoint, Result, State, Tally


@dataclass(frozen=True)
class Answer:
    """What a try brought: a receipt, or a word for why there is none."""

    receipt: Receipt | None
    reason: str
    milliseconds: int

    @property
    def status(self) -> int | None:
        """The status that was answered."""
        return self.receipt.status if self.receipt else None

    @property
    def is_good(self) -> bool:
        """Whether the message has arrived."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@write
def take(delivery_pk: int, answer: Answer) -> None:
    """Note a try and what follows from it; a delivery that is gone, or over, needs nothing."""
    found = Delivery.objects.filter(pk=delivery_pk).values_list("endpoint", flat=True).first()
    endpoint = Endpoint.objects.select_for_update().filter(pk=found or 0).first()
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_pk, state=State.PENDING).first()
    if endpoint is None or delivery is None:
        return
    Attempt.objects.create(
        delivery=delivery, status=answer.status, reason=answer.reason, milliseconds=answer.milliseconds
    )
    delivery.tries += 1
    delivery.leased_until = None
    endpoint.took(answer.milliseconds)
    if answer.is_good:
        _arrived(delivery, endpoint)
    else:
        _failed(delivery, endpoint, answer)


def end(endpoint: Endpoint, ending: Ending) -> None:
    """Send nothing more to an endpoint whose row the caller has locked; what waits has failed."""
    endpoint.ending, endpoint.ended_at = ending, timezone.now()
    endpoint.save(update_fields=["ending", "ended_at"])
    waiting = Delivery.objects.filter(endpoint=endpoint, state=State.PENDING)
    failed = waiting.update(state=State.FAILED, ended_at=timezone.now(), leased_until=None)
    Tally.objects.add(Result.FAILED, failed)
    if ending is not Ending.PAUSED:
        _tell_owner(endpoint)


def _arrived(delivery: Delivery, endpoint: Endpoint) -> None:
    endpoint.last_success_at, endpoint.resting_until = timezone.now(), None
    endpoint.save(update_fields=["last_success_at", "resting_until", "milliseconds"])
    _close(delivery, State.DELIVERED)


def _failed(delivery: Delivery, endpoint: Endpoint, answer: Answer) -> None:
    if answer.status == HTTPStatus.GONE:
        _close(delivery, State.FAILED)
        end(endpoint, Ending.GONE)
        return
    now = timezone.now()
    wish = schedule.wish(answer.receipt.headers) if answer.receipt else None
    if answer.status in schedule.SLOWER or answer.reason == Reason.TOO_SLOW:
        endpoint.resting_until = now + (wish or schedule.REST)
    endpoint.save(update_fields=["resting_until", "milliseconds"])
    later = schedule.next_try(delivery.tries, now=now, until=delivery.until, wish=wish)
    if later is None:
        _give_up(delivery, endpoint)
    else:
        delivery.next_at = later
        delivery.save(update_fields=["tries", "leased_until", "next_at"])
        Tally.objects.add(Result.RETRIED)


def _give_up(delivery: Delivery, endpoint: Endpoint) -> None:
    _close(delivery, State.FAILED)
    heard = endpoint.last_success_at
    if heard is None or heard < delivery.until - PATIENCE:
        end(endpoint, Ending.FAILING)


def _close(delivery: Delivery, state: State) -> None:
    delivery.state, delivery.ended_at = state, timezone.now()
    delivery.save(update_fields=["state", "ended_at", "tries", "leased_until"])
    Tally.objects.add(Result.DELIVERED if state is State.DELIVERED else Result.FAILED)


def _tell_owner(endpoint: Endpoint) -> None:
    told = {"id": endpoint.public_id, "url": endpoint.url, "reason": endpoint.ending}
    owner = endpoint.owner
    outbox.record(Kind.WEBHOOK_DISABLED, audience=audience.user(owner) if owner else audience.STAFF, data=told)
    if owner and owner.email:
        after_commit(_write_to, owner.email, endpoint)


def _write_to(address: str, endpoint: Endpoint) -> None:
    facts = {"url": endpoint.url, "reason": str(Ending(endpoint.ending).label)}
    subject = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + _("A webhook was switched off")
    body = _(
        "Nothing more is sent to %(url)s: %(reason)s.\n\nOnce it works again, switch it on in your account "
        "settings and send again what it missed."
    )
    send_mail(subject, body % facts, None, [address])
