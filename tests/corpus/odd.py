"""Pictures that are unusual and good: real cameras, scanners and editors write them."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, ImageChops

from tests.corpus import build


def wide_gamut_profile() -> bytes:
    """Make a matrix profile with other primaries than sRGB by swapping its red and green columns."""
    profile = bytearray(build.srgb_profile())
    count = struct.unpack_from(">I", profile, 128)[0]
    tags = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile)


def oriented(orientation: int) -> bytes:
    """Write a JPEG whose pixels have to be turned, in either byte order."""
    order = "<" if orientation % 2 else ">"
    return build.encoded(build.picture(), "JPEG", quality=95, subsampling=0, exif=build.exif(orientation, order))


def several_pictures() -> bytes:
    """Write what phones write: an MPO of two pictures."""
    target = io.BytesIO()
    build.picture().save(target, "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), "red")])
    return target.getvalue()


def gain_map() -> bytes:
    """Write an Ultra HDR look-alike: XMP and a pointer in front, a second JPEG behind the first."""
    head = build.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta hdrgm:Version='1.0'/>")
    pointer = build.segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + bytes(4))
    photo = build.encoded(build.picture(), "JPEG")
    return build.with_segments(photo, head + pointer) + build.encoded(build.picture("L", (16, 12)), "JPEG")


def inks() -> bytes:
    """Write a CMYK JPEG, inverted as Adobe does."""
    return build.encoded(build.picture("CMYK"), "JPEG", quality=95)


def inks_by_brightness() -> bytes:
    """Write a YCCK JPEG, inverted as Adobe does."""
    cyan, magenta, yellow, black = build.picture("CMYK").split()
    bright = Image.merge("RGB", [cyan, magenta, yellow]).convert("YCbCr")
    stored = Image.merge("CMYK", [*(ImageChops.invert(band) for band in bright.split()), black])
    plain = build.encoded(stored, "JPEG", quality=95)
    at = plain.index(b"Adobe") + 11
    return plain[:at] + b"\2" + plain[at + 1 :]


def sixteen_bit_colour() -> bytes:
    """Write an RGB PNG of 16 bits by hand."""
    row = b"\0" + b"".join(struct.pack(">HHH", 257 * x, 65535 - 257 * x, 0x1234) for x in range(64))
    body = build.chunk(b"IDAT", zlib.compress(row * 48))
    return build.PNG_SIGNATURE + build.header((64, 48), 16, 2) + body + build.chunk(b"IEND")


def few_colours() -> bytes:
    """Write a PNG of sixteen colours in four bits, the first two of them transparent."""
    image = build.picture().quantize(16)
    return build.encoded(image, "PNG", transparency=bytes([0, 128]))


def keyed_out() -> bytes:
    """Write an RGB PNG of which one exact colour is transparent."""
    image = build.picture()
    image.paste((1, 2, 3), (40, 10, 60, 40))
    return build.encoded(image, "PNG", transparency=(1, 2, 3))


def interlaced() -> bytes:
    """Write a grey 8 x 8 PNG in the seven passes of Adam7, every pixel of a pass in its own shade."""
    passes = [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)]
    rows = b"".join((b"\0" + bytes([30 * n]) * width) * height for n, (width, height) in enumerate(passes))
    head = build.chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1))
    return build.PNG_SIGNATURE + head + build.chunk(b"IDAT", zlib.compress(rows)) + build.chunk(b"IEND")


def _png(mode: str, **options: object) -> Callable[[], bytes]:
    return lambda: build.encoded(build.picture(mode), "PNG", **options)


def _webp(mode: str = "RGB", **options: object) -> Callable[[], bytes]:
    return lambda: build.encoded(build.picture(mode), "WEBP", **options)


def _jpeg(mode: str = "RGB", **options: object) -> Callable[[], bytes]:
    return lambda: build.encoded(build.picture(mode), "JPEG", **options)


def _animated(form: str) -> Callable[[], bytes]:
    others = [build.picture().rotate(turn) for turn in (20, 40)]
    return lambda: build.encoded(build.picture(), form, save_all=True, append_images=others)


TABLE: dict[str, Callable[[], bytes]] = {
    "baseline": _jpeg(),
    "progressive": _jpeg(progressive=True),
    "grey JPEG": _jpeg("L"),
    "full chroma": _jpeg(subsampling=0),
    "restart markers": _jpeg(restart_marker_rows=1),
    "RGB JPEG": _jpeg(keep_rgb=True),
    "several pictures": several_pictures,
    "gain map": gain_map,
    "CMYK": inks,
    "YCCK": inks_by_brightness,
    "JPEG with profile": _jpeg(icc_profile=build.srgb_profile()),
    "JPEG with other primaries": _jpeg(icc_profile=wide_gamut_profile()),
    "JPEG of one pixel": lambda: build.encoded(build.picture(size=(1, 1)), "JPEG"),
    "fill bytes before a marker": lambda: build.with_segments(_jpeg()(), b"\xff\xff\xff"),
    **{f"orientation {turn}": lambda turn=turn: oriented(turn) for turn in range(1, 9)},  # type: ignore[misc]  # mypy infers no lambda with a default
    "bilevel PNG": _png("1"),
    "grey PNG": _png("L"),
    "grey and alpha": _png("LA"),
    "RGB PNG": _png("RGB"),
    "RGBA PNG": _png("RGBA"),
    "16-bit grey": lambda: build.encoded(
        Image.linear_gradient("L").convert("I").point(lambda v: v * 257).convert("I;16"), "PNG"
    ),
    "16-bit colour": sixteen_bit_colour,
    "palette": _png("P"),
    "palette with transparency": few_colours,
    "keyed-out colour": keyed_out,
    "PNG with profile": _png("RGB", icc_profile=build.srgb_profile()),
    "turned PNG": _png("RGB", exif=build.exif(6)),
    "animated PNG": _animated("PNG"),
    "interlaced PNG": interlaced,
    "lossy WebP": _webp(),
    "lossless WebP": _webp(lossless=True),
    "lossy WebP with alpha": _webp("RGBA"),
    "lossless WebP with alpha": _webp("RGBA", lossless=True),
    "WebP with profile": _webp(icc_profile=build.srgb_profile()),
    "lossless WebP with alpha and profile": _webp("RGBA", lossless=True, icc_profile=build.srgb_profile()),
    "turned WebP": _webp(exif=build.exif(8)),
    "animated WebP": _animated("WEBP"),
}
