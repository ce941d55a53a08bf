"""What was fetched is judged by its content: it is a picture that can be decoded, or there is one word why not."""

from collections.abc import Sequence
from enum import StrEnum

from imagehub.images import decoders
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe_all
from imagehub.images.pipeline.refusals import Reason, Refusal

LARGEST = 25 * 1024 * 1024  # bytes, decoded
LIMITS = Limits(bytes=LARGEST, seconds=6.0)
_FORMATS = frozenset(Format)
_PAGES = (b"<!doctype html", b"<html")
_HEAD = 1024
_WORDS = {
    Reason.DAMAGED: "damaged",
    Reason.TOO_MANY_BYTES: "too_large",
    Reason.TOO_MANY_PIXELS: "too_many_pixels",
    Reason.TOO_EXPENSIVE: "too_expensive",
}


class Validation(StrEnum):
    """How closely pictures are looked at."""

    FULL = "full"
    """Everything is decoded, in a process of its own."""
    STRUCTURE = "structure"
    """The parts of the file are, but for its pixels."""


class Unfit(Exception):
    """The bytes are no picture that is kept."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def judged_all(bodies: Sequence[tuple[bytes, str]], validation: Validation) -> list[Facts | Unfit]:
    """Return what pictures are, or Unfit in place of anything else.

    What its server calls a file decides only how that is worded.
    """
    judge = decoders.inspect_all if validation is Validation.FULL else probe_all
    found = judge([body for body, _declared in bodies], formats=_FORMATS, limits=LIMITS)
    return [
        Unfit(_word(one, *body)) if isinstance(one, Refusal) else one for one, body in zip(found, bodies, strict=True)
    ]


def _word(refusal: Refusal, body: bytes, declared: str) -> str:
    return "empty" if not body else _WORDS.get(refusal.reason) or _other(body, declared)


def _other(body: bytes, declared: str) -> str:
    is_page = body[:_HEAD].lstrip().lower().startswith(_PAGES)
    return "unsupported_format" if declared.lower().startswith("image/") and not is_page else "not_an_image"
