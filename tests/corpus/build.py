"""The bricks: pictures drawn by Pillow, containers put together by hand."""

import io
import random
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageCms

Pixels = tuple[int, int]
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
CANARY = b"CANARY-61.2176N-149.9003W"
_BLOCK = bytes(1 << 20)


def picture(mode: str = "RGB", size: Pixels = (64, 48)) -> Image.Image:
    """Draw something with edges, slopes and no symmetry."""
    width, height = size
    slope = Image.linear_gradient("L").resize(size)
    round_ = Image.radial_gradient("L").resize(size)
    flat = Image.new("L", size, 40)
    flat.paste(220, (width // 8, height // 8, width // 2, height // 3))
    image = Image.merge("RGB", (slope, round_, flat))
    if mode in {"RGBA", "LA"}:
        image.putalpha(slope.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    return image.convert(mode)


def photo(seed: int, *, side: int) -> bytes:
    """Draw a JPEG with enough detail to weigh like a photograph: 760 px make about 200 KB."""
    noise = random.Random(seed)  # noqa: S311  # pictures, not secrets
    small = Image.frombytes("RGB", (side // 3, side // 3), noise.randbytes((side // 3) ** 2 * 3))
    return encoded(small.resize((side, side), Image.Resampling.BICUBIC), "JPEG", quality=86)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    """Encode with Pillow."""
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def decoded(data: bytes) -> Image.Image:
    """Decode with Pillow, fully."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    """Write one PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(size: Pixels, depth: int = 8, colour: int = 0) -> bytes:
    """Write IHDR."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0))


def zeros(length: int) -> bytes:
    """Deflate `length` zero bytes without ever holding them."""
    squeezer = zlib.compressobj(9)
    head = squeezer.compress(_BLOCK) + squeezer.flush(zlib.Z_FULL_FLUSH)
    again = squeezer.compress(_BLOCK) + squeezer.flush(zlib.Z_FULL_FLUSH)
    whole, rest = divmod(length, len(_BLOCK))
    if whole == 0:
        return zlib.compress(bytes(rest), 9)
    tail = zlib.compressobj(9, zlib.DEFLATED, -15)
    end = tail.compress(bytes(rest)) + tail.flush()
    return head + again * (whole - 1) + end + struct.pack(">HH", length % 65521, 1)


def flat_png(size: Pixels, depth: int = 8, colour: int = 0, *, between: bytes = b"", channels: int = 1) -> bytes:
    """Write a black PNG of any size, with chunks between header and picture."""
    rows = size[1] * (1 + (size[0] * depth * channels + 7) // 8)
    return PNG_SIGNATURE + header(size, depth, colour) + between + chunk(b"IDAT", zeros(rows)) + chunk(b"IEND")


def with_chunks(png: bytes, extra: bytes) -> bytes:
    """Put chunks behind the header of a PNG."""
    return png[:33] + extra + png[33:]


def png_chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Walk kind and body of each chunk."""
    at = len(PNG_SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8 : at + 8 + length]
        at += 12 + length


def animated_png(frames: int, size: Pixels) -> bytes:
    """Write an APNG of black frames."""
    rows = zeros(size[1] * (1 + size[0]))
    body = [chunk(b"acTL", struct.pack(">II", frames, 0))]
    for number in range(frames):
        control = struct.pack(">IIIIIHHBB", 2 * number, *size, 0, 0, 1, 10, 0, 0)
        data = chunk(b"IDAT", rows) if number == 0 else chunk(b"fdAT", struct.pack(">I", 2 * number - 1) + rows)
        body += [chunk(b"fcTL", control), data]
    return PNG_SIGNATURE + header(size) + b"".join(body) + chunk(b"IEND")


def animated_gif(frames: int, size: Pixels = (1, 1)) -> bytes:
    """Write a GIF of frames of one pixel on a screen of any size."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + bytes(6) + frame * frames + b"\x3b"


def riff(*parts: bytes) -> bytes:
    """Write a WebP of chunks."""
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def riff_chunk(kind: bytes, body: bytes) -> bytes:
    """Write one chunk of a WebP."""
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def extended(size: Pixels, flags: int) -> bytes:
    """Write VP8X."""
    sides = (size[0] - 1).to_bytes(3, "little") + (size[1] - 1).to_bytes(3, "little")
    return riff_chunk(b"VP8X", struct.pack("<I", flags) + sides)


def animated_webp(frames: int) -> bytes:
    """Write a WebP of many tiny frames."""
    still = encoded(picture(size=(2, 2)), "WEBP", lossless=True)[12:]
    frame = riff_chunk(b"ANMF", bytes(6) + b"\1\0\0" + b"\1\0\0" + bytes(4) + still)
    return riff(extended((2, 2), 2), riff_chunk(b"ANIM", bytes(6)), *[frame] * frames)


def segment(marker: int, body: bytes) -> bytes:
    """Write one JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(jpeg: bytes, extra: bytes) -> bytes:
    """Put segments behind the start marker of a JPEG."""
    return jpeg[:2] + extra + jpeg[2:]


def with_size(jpeg: bytes, size: Pixels) -> bytes:
    """Let a baseline or progressive JPEG declare another size."""
    at = max(jpeg.find(b"\xff\xc0\x00"), jpeg.find(b"\xff\xc2\x00"))
    return jpeg[: at + 5] + struct.pack(">HH", size[1], size[0]) + jpeg[at + 9 :]


def many_scans(scans: int, size: Pixels) -> bytes:
    """Write a progressive JPEG that repeats one of its passes until it has `scans` of them."""
    flat = encoded(Image.new("L", size, 90), "JPEG", progressive=True)
    starts = [at for at in range(len(flat) - 1) if flat[at : at + 2] == b"\xff\xda"]
    end = flat.find(b"\xff\xc4", starts[1])
    return flat[:end] + flat[starts[1] : end] * (scans - len(starts)) + flat[end:]


def exif(orientation: int = 1, order: str = "<") -> bytes:
    """Write an Exif block with an orientation and a canary where a position would be."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    words = struct.pack(f"{order}HHII", 0x9286, 2, len(CANARY), 38)
    head = mark + struct.pack(f"{order}IH", 8, 2)
    return b"Exif\0\0" + head + entry + words + bytes(4) + CANARY


def srgb_profile() -> bytes:
    """Return a small well-formed RGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
