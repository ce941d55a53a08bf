"""Our own mark in a file: an XMP packet with the source type, beside a picture that stays byte for byte.

The packet lies where each format wants it: PNG in an `iTXt` chunk behind the header, JPEG in an APP1 segment
behind JFIF, WebP in an `XMP ` chunk at the end with the flag that announces it, GIF in an application's block in
front of its frames.
"""

from collections.abc import Callable

from imagehub.images.pipeline import gif, jpeg, png, webp, xmp
from imagehub.images.pipeline.carriers import carried
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marks import Origin, SourceType, strongest
from imagehub.images.pipeline.refusals import damaged

_JPEG_MARK = b"http://ns.adobe.com/xap/1.0/\0"
_PNG_KEY = b"XML:com.adobe.xmp\0"


def marked(data: bytes, form: Format, term: SourceType) -> bytes:
    """Return the file with `term` as its one XMP packet; a former packet goes, all else stays as it is.

    `data` is a picture that we cleaned or encoded: PNG, JPEG, WebP or GIF. KeyError for other formats, `Refusal`
    for a file that is none.
    """
    return _WRITERS[form](data, xmp.packet(term))


def mark_of(data: bytes, form: Format) -> SourceType | None:
    """Return the mark that a file of ours carries; None when it says nothing about a model."""
    term = strongest(xmp.terms(bytes(carried(data, form).xmp)))
    return term if term and term.origin is Origin.AI else None


def _marked_png(data: bytes, packet: bytes) -> bytes:
    header, *others = png.chunks(data)
    kept = [chunk for chunk in others if not (chunk.kind == b"iTXt" and data.startswith(_PNG_KEY, chunk.start))]
    text = png.written(b"iTXt", _PNG_KEY + bytes(4) + packet)
    return b"".join([data[: header.end + 4], text, *(data[chunk.start - 8 : chunk.end + 4] for chunk in kept)])


def _marked_jpeg(data: bytes, packet: bytes) -> bytes:
    found = list(jpeg.heads(data))
    if not found:
        raise damaged()
    kept = [data[part.start : part.end] for part in found if not _is_packet(data, part)]
    first = 1 if found[0].marker == jpeg.APP0 else 0
    kept.insert(first, jpeg.written(jpeg.APP1, _JPEG_MARK + packet))
    return b"".join([jpeg.START, *kept, data[found[-1].end :]])


def _is_packet(data: bytes, part: jpeg.Segment) -> bool:
    return part.marker == jpeg.APP1 and data.startswith(_JPEG_MARK, part.payload)


_WRITERS: dict[Format, Callable[[bytes, bytes], bytes]] = {
    Format.PNG: _marked_png,
    Format.JPEG: _marked_jpeg,
    Format.WEBP: webp.with_packet,
    Format.GIF: gif.with_packet,
}
