"""Colour profiles and colour words (ICC.1:2022)."""

import io
import struct
from typing import Literal

from PIL import Image, ImageCms

_HEADER = 128
Space = Literal["RGB ", "GRAY", "CMYK"]
SPACES: dict[str, Space] = {"L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}
_DEVICES = {b"mntr", b"scnr", b"prtr", b"spac"}
"""Profile classes that describe a picture's colours; links, names and abstract ones do not."""
_MODES: dict[Space, str] = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_SRGB = ImageCms.createProfile("sRGB")


def usable(profile: bytes, space: Space) -> bytes:
    """Return the profile cut to its declared length when it describes `space` and converts; else nothing.

    A profile that is broken, of another colour space or an abstract one is dropped, as viewers do.
    """
    if len(profile) < _HEADER or profile[36:40] != b"acsp":
        return b""
    if profile[12:16] not in _DEVICES or profile[16:20] != space.encode():
        return b""
    (length,) = struct.unpack_from(">I", profile)
    if not _HEADER < length <= len(profile):
        return b""
    return profile[:length] if _to_srgb(profile[:length], space) else b""


def _to_srgb(profile: bytes, space: Space) -> ImageCms.ImageCmsTransform | None:
    try:
        return ImageCms.buildTransform(io.BytesIO(profile), _SRGB, _MODES[space], "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def plain(image: Image.Image) -> Image.Image:
    """Convert to one of L, RGB, RGBA, LA or CMYK: no palette, no keyed-out colour, eight bits."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def as_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert to RGB or RGBA in sRGB; without a usable profile the numbers are taken as they are."""
    alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else None
    space = SPACES.get(image.mode, "RGB ")
    opaque = image.convert(_MODES[space])
    transform = _to_srgb(profile, space) if profile else None
    converted = ImageCms.applyTransform(opaque, transform) if transform else None
    converted = converted or opaque.convert("RGB")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def on_white(image: Image.Image) -> Image.Image:
    """Lay a picture with transparent parts on white; one without is returned as it is."""
    if image.mode not in {"RGBA", "LA"}:
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return ground


def mean(image: Image.Image) -> str:
    """Return the mean colour as `#rrggbb`, transparent parts not counted, from at most 64 x 64 samples."""
    sample = image.resize((min(64, image.width), min(64, image.height)), Image.Resampling.NEAREST)
    point = plain(sample).convert("RGBA").resize((1, 1), Image.Resampling.BOX)
    return f"#{point.tobytes()[:3].hex()}"
