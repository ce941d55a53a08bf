"""The judgement of a header: what this is, and whether it is worth decoding."""

from collections.abc import Callable, Sequence

from imagehub.images.pipeline import avif, gif, jpeg, png, webp
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format, sniff
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.refusals import Reason, Refusal

_READERS: dict[Format, Callable[[bytes, Limits], Facts]] = {
    Format.JPEG: jpeg.read,
    Format.PNG: png.read,
    Format.WEBP: webp.read,
    Format.GIF: gif.read,
    Format.AVIF: avif.read,
}


def probe(data: bytes, *, formats: frozenset[Format], limits: Limits) -> Facts:
    """Judge a file by its structure alone; no pixel is decoded and nothing large is allocated.

    Raises `Refusal`: TOO_MANY_BYTES, UNSUPPORTED (by content; names and declared types count for
    nothing), TOO_MANY_PIXELS (area over all frames, side, frames, scans) or DAMAGED. A passed file
    may still turn out to be damaged when it is decoded.
    """
    limits.admit_bytes(len(data))
    found = sniff(data)
    if found not in formats:
        raise Refusal(Reason.UNSUPPORTED)
    return _READERS[found](data, limits)


def probe_all(pictures: Sequence[bytes], *, formats: frozenset[Format], limits: Limits) -> list[Facts | Refusal]:
    """Judge several files; a refusal takes the place of its file's facts."""
    return [_probed(data, formats, limits) for data in pictures]


def _probed(data: bytes, formats: frozenset[Format], limits: Limits) -> Facts | Refusal:
    try:
        return probe(data, formats=formats, limits=limits)
    except Refusal as refusal:
        return refusal
