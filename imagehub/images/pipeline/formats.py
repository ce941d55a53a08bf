"""The picture formats we know, recognised by their first bytes alone."""

from enum import StrEnum

from imagehub.images.pipeline.refusals import Reason, Refusal

SHORTEST = 12
"""Bytes below which nothing can be recognised, let alone be a picture."""


class Format(StrEnum):
    """A picture format; its string form is the word used in addresses and rows."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    AVIF = "avif"

    @property
    def content_type(self) -> str:
        """The media type we serve it with."""
        return f"image/{self.value}"

    @property
    def extension(self) -> str:
        """The customary end of a file name, without the dot."""
        return "jpg" if self is Format.JPEG else self.value

    @property
    def codec(self) -> str:
        """The one plugin of the decoder that may open it."""
        return self.value.upper()


def sniff(data: bytes) -> Format:
    """Recognise the format by content; names and declared types count for nothing.

    Refuses with DAMAGED what is too short to be anything, with UNSUPPORTED what is something else.
    """
    if len(data) < SHORTEST:
        raise Refusal(Reason.DAMAGED)
    head = data[:SHORTEST]
    for magic, found in _MAGIC.items():
        if head.startswith(magic):
            return found
    if head.startswith(b"RIFF") and head.endswith(b"WEBP"):
        return Format.WEBP
    if head[4:] in {b"ftypavif", b"ftypavis"}:
        return Format.AVIF
    raise Refusal(Reason.UNSUPPORTED)


_MAGIC = {
    b"\xff\xd8\xff": Format.JPEG,
    b"\x89PNG\r\n\x1a\n": Format.PNG,
    b"GIF87a": Format.GIF,
    b"GIF89a": Format.GIF,
}
