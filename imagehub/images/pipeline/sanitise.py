"""Foreign bytes become bytes we store and serve."""

import hashlib
import io
from dataclasses import dataclass, replace
from enum import StrEnum

from PIL import Image, JpegImagePlugin

from imagehub.images.pipeline import colour, content, jpeg, likeness, png, webp
from imagehub.images.pipeline.animated import keeping
from imagehub.images.pipeline.decoding import agreed, decoder_boundary, decodes, turned
from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.marks import UNMARKED, Marks
from imagehub.images.pipeline.probe import probe

_INK = 4
"""Components of CMYK and YCCK."""

_SPARE = 8
"""Bytes at the end of a WebP stream that an honest encoder may leave over are fewer than these."""

_CONTAINERS = {Format.JPEG: jpeg, Format.PNG: png, Format.WEBP: webp}
_STILLS = {Format.GIF: Format.PNG, Format.AVIF: Format.WEBP}
REDRAWN_QUALITY = 95

_SAMPLE = 64
"""Pixels across and down that the likeness wants to see of a picture that has them."""


class Reading(StrEnum):
    """How closely a picture is read while it is judged."""

    COEFFICIENTS = "coefficients"
    """Everything is decoded, but of a JPEG no more pixels are made than its colour and likeness need."""
    PIXELS = "pixels"
    """Every pixel is made, and digested into `Clean.content`."""
    FRAMES = "frames"
    """As `COEFFICIENTS`, and a GIF or WebP that moves goes on moving."""


@dataclass(frozen=True, slots=True)
class Clean:
    """Bytes to store, fully decoded once, with nothing in them but the picture."""

    data: bytes
    format: Format
    width: int
    """Pixels, upright."""
    height: int
    colour: str
    """Mean colour, `#rrggbb`."""
    digest: str
    """SHA-256 of `data`, hexadecimal."""
    likeness: int | None
    """Perceptual hash as a signed 64-bit number; None for a picture too plain to have one."""
    frames: int = 1
    duration: int = 0
    """Milliseconds of one round of an animation."""
    content: str = ""
    """Digest of the picture whatever its encoding, hexadecimal; empty unless its pixels were asked for."""
    marks: Marks = UNMARKED
    """What the foreign file claimed about the picture's origin; filled by `provenance`."""


def clean(data: bytes, *, formats: frozenset[Format], limits: Limits, reading: Reading = Reading.COEFFICIENTS) -> Clean:
    """Judge, strip and fully decode foreign bytes; return them without EXIF, XMP, text or tail.

    Pixels are left as they are, coefficients and compressed rows byte for byte, where the picture is
    already upright, in RGB or grey, and a still. Otherwise it is drawn anew: turned pictures in their
    own format (JPEG at quality 95, PNG and lossless WebP exactly), CMYK and YCCK as sRGB JPEG, a WebP
    with room for something behind its pixels. Pictures are stills: of an animation the first frame is
    kept. GIF becomes PNG, AVIF becomes WebP. Only `Reading.FRAMES` keeps a GIF or WebP of several frames,
    each of them byte for byte; one with more than its frames, or frames beyond its canvas, is damage, and
    the canvas counts once for each frame. Of a JPEG everything up to the end of its last scan is
    taken for the scan: the decoder does not say where within it the last pixel ends.

    The colour profile is kept when it parses, describes the colour space of the picture and converts
    to sRGB; otherwise it is dropped. An oversized one is damage.

    Raises `Refusal` and nothing else.
    """
    facts = probe(data, formats=formats, limits=limits)
    with decoder_boundary():
        if reading is Reading.FRAMES and facts.frames > 1 and facts.format in keeping.KEEPERS:
            return _moving(data, facts, limits)
        if facts.format in _STILLS:
            return _redrawn(data, facts, b"", reading)
        profile = _profile(data, facts, limits)
        stripped, ready = _stripped(data, facts, profile)
        if _is_partial(data, facts):
            return _redrawn(data, facts, profile, reading)
        if facts.orientation != 1 or facts.components == _INK or _is_padded(stripped, facts):
            return _redrawn(stripped, facts, profile, reading)
        return _checked(stripped, ready, facts, reading)


def _moving(data: bytes, facts: Facts, limits: Limits) -> Clean:
    limits.admit_canvas(facts.frames, facts.width, facts.height)
    profile = _profile(data, facts, limits) if facts.format in _CONTAINERS else b""
    kept = keeping.kept(data, facts, profile)
    image = agreed(kept.data, facts)
    image.load()
    made = _cleaned(kept.data, facts.format, (facts.width, facts.height), image, "")
    return replace(made, frames=len(kept.delays), duration=kept.duration)


def _stripped(data: bytes, facts: Facts, profile: bytes) -> tuple[bytes, bytes]:
    """Return the cleaned file, and what to decode instead of it because that is faster."""
    if facts.format is Format.PNG:
        return png.stripped(data, profile)
    clean = _CONTAINERS[facts.format].strip(data, profile)
    return clean, clean


def _profile(data: bytes, facts: Facts, limits: Limits) -> bytes:
    found = _CONTAINERS[facts.format].profile(data, limits)
    return colour.usable(found, _space(data, facts)) if found else b""


def _space(data: bytes, facts: Facts) -> colour.Space:
    if facts.components == _INK:
        return "CMYK"
    grey = facts.components == 1 or (facts.format is Format.PNG and png.is_grey(data))
    return "GRAY" if grey else "RGB "


def _is_partial(data: bytes, facts: Facts) -> bool:
    """Whether the first frame of an animation covers only a part of the canvas."""
    return facts.format is Format.WEBP and not webp.still(data).covers


def _is_padded(stripped: bytes, facts: Facts) -> bool:
    """Whether a stream of a WebP has room behind its last pixel: it still decodes without its last bytes."""
    if facts.format is not Format.WEBP:
        return False
    return any(decodes(cut, facts.format) for cut in webp.shortened(stripped, _SPARE))


def _checked(stripped: bytes, ready: bytes, facts: Facts, reading: Reading) -> Clean:
    """Decode everything; unless pixels are asked for a JPEG at an eighth, which still reads every coefficient."""
    image = agreed(ready, facts)
    if reading is not Reading.PIXELS:
        image.draft(None, (max(_SAMPLE, facts.width // 8), max(_SAMPLE, facts.height // 8)))
    image.load()
    return _cleaned(stripped, facts.format, (facts.width, facts.height), image, _content(image, reading))


def _redrawn(data: bytes, facts: Facts, profile: bytes, reading: Reading) -> Clean:
    image = agreed(data, facts)
    image.load()
    upright = turned(image, facts.orientation)
    shown = _content(upright, reading)
    if image.mode == "CMYK":
        upright, profile = colour.as_srgb(upright, profile), b""
    form = _STILLS.get(facts.format, facts.format)
    return _cleaned(_encoded(upright, form, profile, _options(data, image)), form, upright.size, upright, shown)


def _content(image: Image.Image, reading: Reading) -> str:
    return content.digest(image) if reading is Reading.PIXELS else ""


def _options(data: bytes, image: Image.Image) -> dict[str, object]:
    """Choose how to encode so that a second generation loses as little as the first kept."""
    if image.format == "JPEG":
        sampled = JpegImagePlugin.get_sampling(image)
        return {"quality": REDRAWN_QUALITY, "subsampling": max(sampled, 0)}
    if image.format == "WEBP" and any(chunk.kind == b"VP8L" for chunk in webp.still(data).chunks):
        return {"lossless": True, "exact": True}
    return {"quality": REDRAWN_QUALITY}


def _encoded(image: Image.Image, form: Format, profile: bytes, options: dict[str, object]) -> bytes:
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    target = io.BytesIO()
    image.save(target, form.codec, icc_profile=profile or None, **options)
    return target.getvalue()


def _cleaned(data: bytes, form: Format, size: tuple[int, int], image: Image.Image, shown: str) -> Clean:
    alike, digest = likeness.likeness(image, size), hashlib.sha256(data).hexdigest()
    return Clean(data, form, *size, colour.mean(image), digest, alike, content=shown)
