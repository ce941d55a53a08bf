"""Where files carry what they say about their picture: texts, XMP packets, C2PA manifests.

Read from judged files, before anything is stripped. Only known places are looked at, and of each no more
than a bounded number of bytes; what a place holds is not understood here.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from imagehub.images.pipeline import avif, exif, gif, jpeg, png, webp, xmp
from imagehub.images.pipeline.decoding import decoder_boundary, opened
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal

TEXT = 1 << 18
"""Bytes of one text."""

COMMENT = "comment"
"""The name under which texts of EXIF are found; several are numbered."""

KEYS = frozenset(
    {"parameters", "prompt", "workflow"} | {f"invokeai_{part}" for part in ("metadata", "workflow", "graph")}
)
"""Names of text in a PNG that generators use."""

_PARTS = 4_000
"""Parts of a file that are looked at; honest writers stay below that in files of any size we take."""

_BLOCKS = 2
_XMP_KEY = b"XML:com.adobe.xmp"
_XMP_SEGMENTS = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
_EXIF_SEGMENT = b"Exif\0\0"
_APP11 = 0xEB
_GIF_XMP, _GIF_C2PA = b"XMP DataXMP", b"C2PA_GIF"
_BOX_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_JUMBF_HEAD = 64
"""Bytes within which a JUMBF superbox describes itself."""


@dataclass(slots=True)
class Carried:
    """What was found, as it was found."""

    texts: dict[str, str] = field(default_factory=dict)
    xmp: bytearray = field(default_factory=bytearray)
    manifest: bytearray = field(default_factory=bytearray)
    """A C2PA manifest store, or its beginning."""
    blocks: int = 0
    """EXIF blocks seen."""

    def add_exif(self, tiff: bytes) -> None:
        """Take the texts of an EXIF block; a file has one, and two are believed."""
        self.blocks += 1
        if self.blocks > _BLOCKS:
            return
        for text in exif.texts(tiff.removeprefix(_EXIF_SEGMENT), TEXT):
            self.texts.setdefault(f"{COMMENT}{len(self.texts)}", text)

    def add_manifest(self, jumbf: bytes) -> None:
        """Take what begins as C2PA's box of boxes; other boxes of that family are none of ours."""
        head = jumbf[:_JUMBF_HEAD]
        if self.manifest or (b"jumb" in head and b"jumd" in head and b"c2pa" in head):
            self.manifest += jumbf[: xmp.WINDOW - len(self.manifest)]

    def add_xmp(self, packet: bytes) -> None:
        """Take a packet, or a part of one."""
        self.xmp += packet[: xmp.WINDOW - len(self.xmp)]


def carried(data: bytes, form: Format) -> Carried:
    """Gather what a judged file carries; where its structure breaks, what was found until then."""
    found = Carried()
    # The picture itself is judged elsewhere; marks never fail an upload.
    with suppress(Refusal), decoder_boundary():
        _READERS[form](data, found)
    return found


def _of_png(data: bytes, found: Carried) -> None:
    for kind, start, end in islice(png.chunks(data), _PARTS):
        if kind in _TEXT_CHUNKS:
            _add_text(data, start, end, _TEXT_CHUNKS[kind], found)
        elif kind == b"caBX":
            found.add_manifest(data[start:end])
        elif kind == b"eXIf":
            found.add_exif(data[start:end])


def _add_text(data: bytes, start: int, end: int, read: Callable[[bytes], bytes], found: Carried) -> None:
    length = data.find(b"\0", start, min(end, start + 80)) - start
    key = data[start : start + max(length, 0)]
    if key == _XMP_KEY and not found.xmp:
        found.add_xmp(read(data[start + length + 1 : min(end, start + 2 * xmp.WINDOW)]))
    elif (name := key.decode("latin-1")) in KEYS and name not in found.texts:
        found.texts[name] = _decoded(read(data[start + length + 1 : min(end, start + 2 * TEXT)]))


def _international(body: bytes) -> bytes:
    text = body[2:].split(b"\0", 2)[-1]
    return _inflated(text) if body[:1] == b"\1" else text


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, TEXT)
    except zlib.error:
        return b""


_TEXT_CHUNKS: dict[bytes, Callable[[bytes], bytes]] = {
    b"tEXt": lambda body: body,
    b"zTXt": lambda body: _inflated(body[1:]),
    b"iTXt": _international,
}


def _decoded(text: bytes) -> str:
    """Read UTF-8, which many tools write where the format has Latin-1, or else that."""
    short = text[:TEXT]
    try:
        return short.decode()
    except UnicodeDecodeError:
        return short.decode("latin-1")


def _of_jpeg(data: bytes, found: Carried) -> None:
    for segment in islice(jpeg.heads(data), _PARTS):
        if segment.marker == jpeg.APP1:
            _add_segment(data[segment.payload : segment.end], found)
        elif segment.marker == _APP11 and data.startswith(b"JP", segment.payload):
            # Common identifier, instance and number of the packet; later packets repeat the box's head.
            found.add_manifest(data[segment.payload + 8 : segment.end])


def _add_segment(body: bytes, found: Carried) -> None:
    if body.startswith(_EXIF_SEGMENT):
        found.add_exif(body)
    elif body.startswith(_XMP_SEGMENTS):
        found.add_xmp(body)


def _of_webp(data: bytes, found: Carried) -> None:
    for kind, start, end in islice(webp.chunks(data), _PARTS):
        if kind == b"XMP ":
            found.add_xmp(data[start:end])
        elif kind == b"EXIF":
            found.add_exif(data[start:end])
        elif kind == b"C2PA":
            found.add_manifest(data[start:end])


def _of_gif(data: bytes, found: Carried) -> None:
    for body in gif.extensions(data[:TEXT]):
        if body.startswith(_GIF_XMP):
            found.add_xmp(body)  # written raw: the lengths of its blocks are letters of the text
        elif body.startswith(_GIF_C2PA):
            found.add_manifest(b"".join(_blocks(body[11:])))


def _blocks(body: bytes) -> Iterator[bytes]:
    at = 0
    while length := body[at]:
        yield body[at + 1 : at + 1 + length]
        at += 1 + length


def _of_avif(data: bytes, found: Carried) -> None:
    for body in avif.extensions(data):
        if body.startswith(_BOX_C2PA):
            # Version, flags and the box's purpose stand in front of the manifest.
            found.add_manifest(body[len(_BOX_C2PA) + 4 :])
    with opened(data, Format.AVIF) as image:
        found.add_xmp(image.info.get("xmp", b""))
        found.add_exif(image.info.get("exif", b""))


_READERS: dict[Format, Callable[[bytes, Carried], None]] = {
    Format.PNG: _of_png,
    Format.JPEG: _of_jpeg,
    Format.WEBP: _of_webp,
    Format.GIF: _of_gif,
    Format.AVIF: _of_avif,
}
