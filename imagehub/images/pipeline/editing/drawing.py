"""What is laid on a picture or put around it: text, other images, borders, redactions."""

import io
import math
from bisect import bisect_left
from functools import cache
from importlib.resources import files

from PIL import Image, ImageColor, ImageDraw, ImageFont

from imagehub.images.pipeline import colour
from imagehub.images.pipeline.decoding import opened
from imagehub.images.pipeline.editing.grammar import Step
from imagehub.images.pipeline.formats import sniff

_FILES = {
    "sans": ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    "serif": ("fontpkg_noto_serif", "NotoSerif[wdth,wght].ttf"),
}
TYPEFACES = frozenset(_FILES)
_BOLD = "-bold"
_LEADING = 1.2
"""Distance of two lines of a text, as a multiple of its size."""

_COARSE, _COARSEST = 4, 0.02
"""How many cells a redacted part has along its shorter side at most, and how small they are at least, as a share of
the picture: too few to tell a letter or a face."""

Place = tuple[int, int]


def redacted(image: Image.Image, step: Step) -> Image.Image:
    """Make a part unreadable; blurred or not, no more is left of it than its coarse cells."""
    left, top = math.floor(step.number("x") * image.width), math.floor(step.number("y") * image.height)
    right = min(image.width, math.ceil((step.number("x") + step.number("width")) * image.width))
    bottom = min(image.height, math.ceil((step.number("y") + step.number("height")) * image.height))
    box = (min(left, right - 1), min(top, bottom - 1), right, bottom)
    image = image.copy()
    image.paste(
        (0, 0, 0, 255)[: len(image.getbands())] if step.word("mode") == "fill" else _hidden(image, box, step), box
    )
    return image


def _hidden(image: Image.Image, box: tuple[int, int, int, int], step: Step) -> Image.Image:
    part = image.crop(box)
    cell = max(min(part.size) / _COARSE, min(image.size) * _COARSEST)
    cells = part.resize((math.ceil(part.width / cell), math.ceil(part.height / cell)), Image.Resampling.BOX)
    is_blurred = step.word("mode") == "blur"
    return cells.resize(part.size, Image.Resampling.BICUBIC if is_blurred else Image.Resampling.NEAREST)


def written(image: Image.Image, step: Step) -> Image.Image:
    """Write a text with its upper left corner at a place; what reaches beyond the picture is cut off."""
    at = _place(image, step)
    mask = Image.new("L", (image.width - at[0], image.height - at[1]))
    ink = _ink(step)
    size = step.number("size") * min(image.size)
    font = _font(step.word("font"), max(1.0, size))
    draw = ImageDraw.Draw(mask)
    for number, line in enumerate(step.word("text").split("\n")):
        top = number * size * _LEADING
        if top < mask.height:
            draw.text((0, top), _visible(line, font, mask.width), fill=ink[3], font=font)
    box = mask.getbbox()
    return _laid(image, Image.new("RGB", _extent(box), ink[:3]), mask.crop(box), _moved(at, box)) if box else image


def watermarked(image: Image.Image, step: Step, overlay: bytes) -> Image.Image:
    """Lay another image on the picture; what reaches beyond it is cut off."""
    at = _place(image, step)
    mark = opened(overlay, sniff(overlay))
    width = max(1, round(step.number("width") * image.width))
    scale = width / mark.width
    size = min(width, image.width - at[0]), min(max(1, round(mark.height * scale)), image.height - at[1])
    mark = _shrunk(mark, size, scale)
    alpha = mark.getchannel("A") if mark.mode == "RGBA" else Image.new("L", mark.size, 255)
    alpha = alpha.point([round(value * step.number("opacity")) for value in range(256)])
    return _laid(image, mark.convert("RGB"), alpha, at)


def bordered(image: Image.Image, step: Step, size: tuple[int, int]) -> Image.Image:
    """Put a border around a picture, which then has that size."""
    ink = _ink(step)
    mode = "RGBA" if ink[3] < 255 or image.mode == "RGBA" else "RGB"  # noqa: PLR2004  # fully opaque
    framed = Image.new(mode, size, ink if mode == "RGBA" else ink[:3])
    framed.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return framed


def _shrunk(mark: Image.Image, size: tuple[int, int], scale: float) -> Image.Image:
    """Bring the visible part of an image to its size on the picture, in sRGB."""
    profile, full = mark.info.get("icc_profile") or b"", mark.size
    mark.draft(None, (max(1, int(full[0] * scale)), max(1, int(full[1] * scale))))
    box = (
        0,
        0,
        min(mark.width, size[0] / scale * mark.width / full[0]),
        min(mark.height, size[1] / scale * mark.height / full[1]),
    )
    plain = colour.plain(mark)
    return colour.as_srgb(plain.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0), profile)


def _laid(image: Image.Image, ink: Image.Image, mask: Image.Image, at: Place) -> Image.Image:
    if image.mode == "RGB":
        image = image.copy()
        image.paste(ink, at, mask)
        return image
    ink.putalpha(mask)
    image = image.copy()
    image.alpha_composite(ink, at)
    return image


def _place(image: Image.Image, step: Step) -> Place:
    """Return the upper left corner; one on the far edge still shows a pixel."""
    left, top = round(step.number("x") * image.width), round(step.number("y") * image.height)
    return min(left, image.width - 1), min(top, image.height - 1)


def _moved(at: Place, box: tuple[int, int, int, int]) -> Place:
    return at[0] + box[0], at[1] + box[1]


def _extent(box: tuple[int, int, int, int]) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]


def _ink(step: Step) -> tuple[int, int, int, int]:
    red, green, blue, *alpha = ImageColor.getrgb(step.word("colour"))
    return red, green, blue, alpha[0] if alpha else 255


def _visible(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """Cut what begins beyond the edge: the decoder draws a line as a whole, however long."""
    return line[: bisect_left(range(len(line)), float(width), key=lambda count: font.getlength(line[:count]))]


def _font(name: str, size: float) -> ImageFont.FreeTypeFont:
    """Load a typeface; laid out letter by letter, as other layouts depend on what a machine has."""
    file = io.BytesIO(typeface(name.removesuffix(_BOLD)))
    font = ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_name("Bold" if name.endswith(_BOLD) else "Regular")
    return font


@cache
def typeface(name: str) -> bytes:
    """Return the file of a typeface, all weights in one."""
    package, file = _FILES[name]
    return (files(package) / "files" / file).read_bytes()
