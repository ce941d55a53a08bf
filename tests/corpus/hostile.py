"""Files made to hurt: each with the reasons one may give for refusing it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

from imagehub.images.pipeline.refusals import Reason
from tests.corpus import build

Case = tuple[Callable[[], bytes], Reason]

_MB = 1_000_000


def photo(**options: object) -> bytes:
    """Encode an ordinary JPEG."""
    return build.encoded(build.picture(), "JPEG", **options)


def ordinary_png() -> bytes:
    """Encode an ordinary PNG."""
    return build.encoded(build.picture(), "PNG")


def text_bomb(megabytes: int, times: int) -> bytes:
    """Write a PNG whose compressed text inflates to `times` x `megabytes` MB."""
    body = b"Comment\0\0" + build.zeros(megabytes * _MB)
    return build.with_chunks(ordinary_png(), build.chunk(b"zTXt", body) * times)


def _international_text_bomb() -> bytes:
    body = b"Comment\0\1\0en\0word\0" + build.zeros(100 * _MB)
    return build.with_chunks(ordinary_png(), build.chunk(b"iTXt", body))


def _profile_bomb() -> bytes:
    return build.with_chunks(ordinary_png(), build.chunk(b"iCCP", b"icc\0\0" + build.zeros(200 * _MB)))


def _many_profiles() -> bytes:
    pieces = [build.segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 75]) + bytes(65_519)) for n in range(1, 76)]
    return build.with_segments(photo(), b"".join(pieces))


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _png_with(body: bytes, *, depth: int = 8, colour: int = 0) -> bytes:
    stream = build.chunk(b"IDAT", zlib.compress(body))
    return build.PNG_SIGNATURE + build.header((4, 4), depth, colour) + stream + build.chunk(b"IEND")


def _huge_avif() -> bytes:
    small = build.encoded(build.picture(), "AVIF")
    return small.replace(struct.pack(">II", 64, 48), struct.pack(">II", 17_000, 17_000))


HOSTILE: dict[str, Case] = {
    "nothing": (lambda: b"", Reason.DAMAGED),
    "one byte": (lambda: b"\xff", Reason.DAMAGED),
    "only a signature": (lambda: build.PNG_SIGNATURE + bytes(8), Reason.DAMAGED),
    "five megabytes and one byte": (lambda: photo().ljust((5 << 20) + 1, b"\0"), Reason.TOO_MANY_BYTES),
    "65500 x 65500 PNG": (lambda: build.flat_png((65_500, 65_500)), Reason.TOO_MANY_PIXELS),
    "65500 x 65500 bilevel PNG": (lambda: build.flat_png((65_500, 65_500), 1), Reason.TOO_MANY_PIXELS),
    "16000 x 16000 RGBA of 16 bits": (
        lambda: build.flat_png((16_000, 16_000), 16, 6, channels=4),
        Reason.TOO_MANY_PIXELS,
    ),
    "1 x 10,000,000 PNG": (lambda: build.flat_png((1, 10_000_000)), Reason.TOO_MANY_PIXELS),
    "10,000,000 x 1 PNG": (lambda: build.flat_png((10_000_000, 1)), Reason.TOO_MANY_PIXELS),
    "65500 x 65500 JPEG": (lambda: build.with_size(photo(), (65_500, 65_500)), Reason.TOO_MANY_PIXELS),
    "16384 x 16384 WebP": (
        lambda: build.riff(build.riff_chunk(b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(9))),
        Reason.TOO_MANY_PIXELS,
    ),
    "821 scans": (lambda: build.many_scans(821, (512, 512)), Reason.TOO_MANY_PIXELS),
    "60 scans over 49 megapixels": (
        lambda: build.with_size(build.many_scans(60, (512, 512)), (7000, 7000)),
        Reason.TOO_MANY_PIXELS,
    ),
    "APNG of 3,000 frames": (lambda: build.animated_png(3000, (16, 16)), Reason.TOO_MANY_PIXELS),
    "APNG of 100 x 1,000,000 pixels": (lambda: build.animated_png(100, (1000, 1000)), Reason.TOO_MANY_PIXELS),
    "WebP of 10,000 frames": (lambda: build.animated_webp(9_900), Reason.TOO_MANY_PIXELS),
    "10 x 100 MB of compressed text": (lambda: text_bomb(100, 10), Reason.DAMAGED),
    "many texts below the limit": (lambda: text_bomb(1, 200), Reason.DAMAGED),
    "100 MB of international text": (_international_text_bomb, Reason.DAMAGED),
    "200 MB profile": (_profile_bomb, Reason.DAMAGED),
    "200,000 text chunks": (
        lambda: build.with_chunks(ordinary_png(), build.chunk(b"tEXt", b"a\0b") * 200_000),
        Reason.DAMAGED,
    ),
    "50,000 comments": (lambda: build.with_segments(photo(), build.segment(0xFE, b"hi") * 50_000), Reason.DAMAGED),
    "75 x 64 KB of profile": (_many_profiles, Reason.DAMAGED),
    "0 x 0 PNG": (lambda: build.flat_png((0, 0)), Reason.DAMAGED),
    "1 x 0 PNG": (lambda: build.flat_png((1, 0)), Reason.DAMAGED),
    "JPEG without height": (lambda: build.with_size(photo(), (64, 0)), Reason.DAMAGED),
    "PNG without IEND": (lambda: ordinary_png()[:-12], Reason.DAMAGED),
    "wrong checksum of the rows": (lambda: _flipped(ordinary_png(), len(ordinary_png()) - 14), Reason.DAMAGED),
    "wrong checksum of the header": (lambda: _flipped(ordinary_png(), 30), Reason.DAMAGED),
    "wrong checksum of a dropped text": (
        lambda: build.with_chunks(ordinary_png(), build.chunk(b"tEXt", b"a\0b")[:-1] + b"!"),
        Reason.DAMAGED,
    ),
    "bytes hidden behind the last row": (lambda: _png_with(bytes(20) + build.CANARY), Reason.DAMAGED),
    "rows missing": (lambda: _png_with(bytes(15)), Reason.DAMAGED),
    "an unknown filter": (lambda: _png_with(b"\x09" * 20), Reason.DAMAGED),
    "an unknown critical chunk": (
        lambda: build.with_chunks(ordinary_png(), build.chunk(b"EVIL", b"x")),
        Reason.DAMAGED,
    ),
    "a palette that is missing": (lambda: _png_with(bytes(20), colour=3), Reason.DAMAGED),
    "a depth that does not exist": (lambda: _png_with(bytes(20), depth=3), Reason.DAMAGED),
    "lossless JPEG": (lambda: photo().replace(b"\xff\xc0", b"\xff\xc3", 1), Reason.UNSUPPORTED),
    "arithmetic JPEG": (lambda: photo().replace(b"\xff\xc0", b"\xff\xc9", 1), Reason.UNSUPPORTED),
    "12-bit JPEG": (lambda: photo().replace(b"\xff\xc0\0\x11\x08", b"\xff\xc1\0\x11\x0c", 1), Reason.UNSUPPORTED),
    "JPEG of two components": (lambda: photo().replace(b"\0\x40\x03", b"\0\x40\x02", 1), Reason.DAMAGED),
    "JPEG without scans": (lambda: photo()[: photo().find(b"\xff\xda")] + b"\xff\xd9", Reason.DAMAGED),
    "JPEG without quantisation": (lambda: photo().replace(b"\xff\xdb", b"\xff\xfe"), Reason.DAMAGED),
    "WebP whose RIFF overruns": (lambda: _flipped(build.encoded(build.picture(), "WEBP"), 6), Reason.DAMAGED),
    "WebP with nothing in it": (lambda: build.riff(build.extended((4, 4), 0)), Reason.DAMAGED),
}

OTHER_KINDS: dict[str, Case] = {
    "GIF of 100,000 frames": (lambda: build.animated_gif(100_000), Reason.TOO_MANY_PIXELS),
    "GIF of 65,535 x 65,535": (lambda: build.animated_gif(1, (65_535, 65_535)), Reason.TOO_MANY_PIXELS),
    "GIF of 0 x 0": (lambda: build.animated_gif(1, (0, 0)), Reason.DAMAGED),
    "GIF without frames": (lambda: build.animated_gif(0), Reason.DAMAGED),
    "AVIF of 17,000 x 17,000": (_huge_avif, Reason.TOO_MANY_PIXELS),
}
"""Refused where GIF and AVIF are taken at all."""


def _zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("index.html", build.CANARY)
    return target.getvalue()


def _as(form: str, mode: str = "RGB") -> Callable[[], bytes]:
    return lambda: build.encoded(build.picture(mode), form)


FOREIGN: dict[str, Callable[[], bytes]] = {
    **{form: _as(form) for form in ("TIFF", "BMP", "ICO", "TGA", "PPM", "JPEG2000", "PDF", "EPS", "PCX", "SGI", "DDS")},
    "GIF": _as("GIF"),
    "AVIF": _as("AVIF"),
    "PSD": lambda: b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 48, 64, 8, 3) + bytes(40),
    "SVG": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "HTML": lambda: b"<!doctype html><script>alert(1)</script>",
    "MVG": lambda: b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://x.invalid/)'",
    "PHP": lambda: b"<?php system($_GET['c']); ?>",
    "ZIP": _zip,
    "MP4": lambda: b"\0\0\0\x18ftypmp42" + bytes(64),
    "HEIC": lambda: b"\0\0\0\x18ftypheic" + bytes(64),
    "WAV": lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(32),
    "noise": lambda: bytes(range(7, 255)),
}
"""Everything that is no JPEG, PNG or WebP, whatever its name says."""

TAILS: dict[str, Callable[[], bytes]] = {
    "ZIP": _zip,
    "HTML": lambda: b"<html><script>" + build.CANARY + b"</script></html>",
    "another picture": lambda: build.encoded(Image.new("RGB", (8, 8), "red"), "JPEG", comment=build.CANARY),
    "a PNG": lambda: build.encoded(build.picture("L"), "PNG"),
    "a megabyte of zeros": lambda: bytes(_MB),
}
