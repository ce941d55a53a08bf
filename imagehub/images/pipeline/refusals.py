"""How the pipeline says no."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a file is refused."""

    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_EXPENSIVE = "too_expensive"
    """Not done in the time that one job is given; said by whoever ends the decoder, which can't say it itself."""


class Refusal(Exception):
    """The bytes are not taken; `reason` says why and nothing of the file is quoted."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


def damaged() -> Refusal:
    """Make the refusal of bytes that contradict their own format."""
    return Refusal(Reason.DAMAGED)


def too_many_pixels() -> Refusal:
    """Make the refusal of a picture that is too costly in area, side, frames or scans."""
    return Refusal(Reason.TOO_MANY_PIXELS)
