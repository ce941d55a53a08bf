"""Pictures that move: honest ones of Pillow, and ones put together by hand to hurt."""

import struct
from collections.abc import Callable

from PIL import Image

from imagehub.images.pipeline.refusals import Reason
from tests.corpus import build
from tests.corpus.build import Pixels

SIZE = (64, 48)
COLOURS = ("red", "lime", "blue")
DELAY = 80
_SCREEN = 13


def frames(size: Pixels = SIZE, colours: tuple[str, ...] = COLOURS) -> list[Image.Image]:
    """Draw a square of another colour and in another place on each of some pictures."""
    found = []
    for place, colour in enumerate(colours):
        picture = build.picture(size=size).convert("RGBA")
        picture.paste(colour, (4 + 10 * place, 4, 14 + 10 * place, 14))
        found.append(picture)
    return found


def moving(form: str, size: Pixels = SIZE, **options: object) -> bytes:
    """Encode the frames with Pillow, to be played three times."""
    first, *others = (frame.convert("RGB") for frame in frames(size))
    said = {"duration": DELAY, "loop": 3, **options}
    return build.encoded(first, form, save_all=True, append_images=others, **said)


def gif(*parts: bytes, size: Pixels = (8, 6)) -> bytes:
    """Write a GIF with a table of two colours, of any blocks."""
    return b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + bytes(3) + b"\xff" * 3 + b"".join(parts) + b"\x3b"


def control(delay: int = 8, disposal: int = 0, flags: int = 0) -> bytes:
    """Write how the next frame is shown; `delay` in hundredths of a second."""
    return b"\x21\xf9\4" + struct.pack("<BHBB", disposal << 2 | flags, delay, 0, 0)


def dot(left: int = 0, top: int = 0, size: Pixels = (1, 1), pixels: bytes = b"\x4c\1") -> bytes:
    """Write a frame of one pixel, or what says so."""
    return b"\x2c" + struct.pack("<HHHHB", left, top, *size, 0) + b"\2" + bytes([len(pixels)]) + pixels + b"\0"


def application(name: bytes, *blocks: bytes) -> bytes:
    """Write an application's block."""
    return b"\x21\xff\x0b" + name + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


LOOP = application(b"NETSCAPE2.0", b"\1\3\0")


def webp(*parts: bytes, size: Pixels = (8, 6)) -> bytes:
    """Write an animated WebP of any chunks."""
    return build.riff(build.extended(size, 0x12), build.riff_chunk(b"ANIM", bytes(4) + b"\3\0"), *parts)


def framed(left: int = 0, top: int = 0, size: Pixels = (2, 2), body: bytes = b"") -> bytes:
    """Write a frame; the picture in it is one of two by two pixels."""
    still = build.encoded(build.picture(size=(2, 2)), "WEBP", lossless=True)[12:]
    numbers = (left // 2, top // 2, size[0] - 1, size[1] - 1, DELAY)
    head = b"".join(number.to_bytes(3, "little") for number in numbers)
    return build.riff_chunk(b"ANMF", head + b"\0" + (body or still))


def _stuffed_stream() -> bytes:
    still = build.encoded(build.picture(size=(2, 2)), "WEBP", lossless=True)
    return build.riff_chunk(b"VP8L", still[20:] + build.CANARY)


def _cut_inside(data: bytes) -> bytes:
    """Take the end of the middle frame's pixels away, and leave the rest whole."""
    starts = [at for at in range(len(data)) if data.startswith(b"\x21\xf9\4", at)]
    return data[: starts[2] - 40] + b"\0" + data[starts[2] :]


HOSTILE: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "GIF of 10,000 frames": (lambda: gif(*[dot()] * 10_000), Reason.TOO_MANY_PIXELS),
    "WebP of 9,900 frames": (lambda: build.animated_webp(9_900), Reason.TOO_MANY_PIXELS),
    "GIF of 400 dots on a huge canvas": (lambda: gif(*[dot()] * 400, size=(2000, 2000)), Reason.TOO_MANY_PIXELS),
    "WebP of 400 dots on a huge canvas": (lambda: webp(*[framed()] * 400, size=(2000, 2000)), Reason.TOO_MANY_PIXELS),
    "GIF with a frame beyond its canvas": (lambda: gif(dot(), dot(left=8)), Reason.DAMAGED),
    "GIF with a frame below its canvas": (lambda: gif(dot(), dot(top=6)), Reason.DAMAGED),
    "WebP with a frame beyond its canvas": (lambda: webp(framed(), framed(left=8)), Reason.DAMAGED),
    "WebP with a frame of another size than it says": (lambda: webp(framed(), framed(size=(4, 4))), Reason.DAMAGED),
    "WebP with a frame without a picture": (
        lambda: webp(framed(), framed(body=build.riff_chunk(b"XMP ", b"x"))),
        Reason.DAMAGED,
    ),
    "WebP without the chunk that says how often": (
        lambda: build.riff(build.extended((8, 6), 2), framed(), framed()),
        Reason.DAMAGED,
    ),
    "GIF with a frame of no pixels": (lambda: gif(dot(), dot(size=(0, 1))), Reason.DAMAGED),
    "GIF that ends within a frame": (lambda: moving("GIF")[:-200], Reason.DAMAGED),
    "GIF whose second frame lacks its end": (lambda: _cut_inside(moving("GIF")), Reason.DAMAGED),
    "GIF without its last byte": (lambda: moving("GIF")[:-1], Reason.DAMAGED),
    "WebP that ends within a frame": (lambda: moving("WEBP")[:-200], Reason.DAMAGED),
    "GIF with bytes behind its pixels": (lambda: gif(dot(), dot(pixels=b"\x4c\1" + build.CANARY)), Reason.DAMAGED),
    "WebP with bytes behind its pixels": (lambda: webp(framed(), framed(body=_stuffed_stream())), Reason.DAMAGED),
    "GIF with codes of no size": (lambda: gif(dot(), dot()).replace(b"\0\2\2\x4c", b"\0\x0d\2\x4c"), Reason.DAMAGED),
    "GIF of 20,000 blocks that say nothing": (
        lambda: gif(dot(), application(b"NOTHINGTOO1") * 20_000, dot()),
        Reason.DAMAGED,
    ),
}
