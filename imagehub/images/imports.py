"""Taking a picture from an address of the web, through the one guarded client."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imagehub.lib import outbound
from imagehub.lib.errors import FileTooLarge, Invalid, Throttled
from imagehub.lib.outbound import Reason, Refused

LONGEST_ADDRESS = 2048  # characters that people and clients may send us
DEADLINE = 15.0  # seconds for the whole exchange, redirects included
AT_ONCE = 3  # fetches of one process: servers that never answer must not take all of its threads
PAUSE = 5  # seconds after which one more may have a place

_places = BoundedSemaphore(AT_ONCE)

# One sentence for names that are unknown and names that lead inwards: nobody may learn which of ours exist.
_NOT_PUBLIC = _("There is no public server at this address.")
_NOT_ANSWERED = _("The server at this address does not answer as it should.")
_NOTHING_THERE = _("There is no picture at this address.")
_SENTENCES: dict[Reason, str | Promise] = {
    Reason.URL: _("Enter the address of a picture on the web, beginning with https:// or http://."),
    Reason.ADDRESS: _NOT_PUBLIC,
    Reason.UNKNOWN_HOST: _NOT_PUBLIC,
    Reason.REDIRECTS: _NOT_ANSWERED,
    Reason.TOO_SLOW: _("The server at this address is too slow."),
    Reason.UNREACHABLE: _NOT_ANSWERED,
    Reason.INSECURE: _NOT_ANSWERED,
    Reason.BROKEN: _NOT_ANSWERED,
}


def fetched(url: str, *, cap: int, deadline: float = DEADLINE) -> bytes:
    """Return the bytes at an address, at most `cap` of them; they are as foreign as any upload's.

    Invalid for the field `url`, in our own words, when there is nothing to be had; FileTooLarge for too much;
    Throttled, at once, while this process waits for as many other servers as it may.
    """
    try:
        with _place():
            reply = outbound.fetch(url, cap=cap, deadline=deadline)
    except Refused as refused:
        raise _refusal(refused.reason) from None
    if reply.status != HTTPStatus.OK or not reply.body:
        raise _invalid(_NOTHING_THERE)
    return reply.body


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise Throttled(retry_after=PAUSE)
    try:
        yield
    finally:
        _places.release()


def _refusal(reason: Reason) -> FileTooLarge | Invalid:
    return FileTooLarge() if reason is Reason.TOO_LARGE else _invalid(_SENTENCES[reason])


def _invalid(sentence: str | Promise) -> Invalid:
    return Invalid(details={"url": [sentence]})
