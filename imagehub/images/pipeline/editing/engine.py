"""Doing a recipe: the plan's head on the way out of the decoder, then its actions, then one encoding.

Everything scales in the values as they are stored: weighing them in linear light would need sixteen bits and cost
three times as much, and is what neither browsers nor image services do by default. Where light itself is
meant (`exposure`, `temperature`), it is linear; see `tones`. The colour profile is applied after the first resize,
when fewest pixels are left. The original's bytes are only read.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from PIL import Image, ImageChops, ImageFilter

from imagehub.images.pipeline import colour, saliency
from imagehub.images.pipeline.decoding import decoder_boundary, opened
from imagehub.images.pipeline.editing import drawing, tones, turning
from imagehub.images.pipeline.editing.cost import admitted
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.images.pipeline.editing.output import Output
from imagehub.images.pipeline.editing.plan import COLOURS, Action, Box, Head, is_smart, planned
from imagehub.images.pipeline.marking import mark_of
from imagehub.images.pipeline.render import Rendered, Spec, encoded, shifted

__all__ = ["Output", "edited"]

_GAP = 1.4
"""How much larger than needed the decoder may leave the picture, which reduces by powers of two."""

_RIM = 2
"""Pixels that bicubic interpolation looks at on each side."""

_EDGE, _LEAST_EDGE = 0.001, 0.5
"""The width of edges that are sharpened: a share of the shorter side, and pixels at least."""

Overlays = Mapping[str, bytes]


def edited(data: bytes, recipe: Recipe, output: Output, overlays: Overlays) -> Rendered:
    """Return the picture after the recipe, in sRGB, with the mark of a model if the original bears one.

    `overlays` holds the cleaned bytes of each image that the recipe names. Raises `RecipeRefused` before any pixel
    is touched, and `Refusal` when the bytes do not decode. Of an animation the first frame is taken.
    """
    facts = admitted(data, recipe, output, overlays)
    mark = mark_of(data, facts.format)
    with decoder_boundary():
        image = opened(data, facts.format)
        plan = planned(recipe, image.size, facts.orientation, output.width)
        image = _begun(image, plan.head)
        for action in plan.actions:
            image = _done(image, action, overlays)
        return encoded(_opaque(image), Spec(*image.size, "inside", output.format, output.quality), mark)


def _begun(image: Image.Image, head: Head) -> Image.Image:
    """Decode no larger than needed, take the part, resize, convert to sRGB and turn."""
    profile, full = image.info.get("icc_profile") or b"", image.size
    left, top, right, bottom = head.box
    scale = min((right - left) / head.stored[0], (bottom - top) / head.stored[1]) / _GAP
    if scale > 1:
        image.draft(None, (int(full[0] / scale), int(full[1] / scale)))
    across, down = image.width / full[0], image.height / full[1]
    box = (left * across, top * down, right * across, bottom * down)
    return turning.turned(colour.as_srgb(_resized(colour.plain(image), head.stored, box), profile), head.turn)


def _resized(image: Image.Image, size: tuple[int, int], box: Box) -> Image.Image:
    """Resize a part; one that has its size already, in whole pixels, is only cut."""
    if (box[2] - box[0], box[3] - box[1]) == size and all(edge.is_integer() for edge in map(float, box)):
        left, top, right, bottom = map(int, box)
        return image if image.size == size else image.crop((left, top, right, bottom))
    return image.resize(size, Image.Resampling.LANCZOS, box=_within(box, image.size), reducing_gap=2.0)


def _within(box: Box, size: tuple[int, int]) -> Box:
    """Take back what rounding put beyond the edge."""
    return max(0, box[0]), max(0, box[1]), min(size[0], box[2]), min(size[1], box[3])


def _done(image: Image.Image, action: Action, overlays: Overlays) -> Image.Image:
    step = action.steps[0]
    if step.operation in COLOURS:
        return tones.toned(image, action.steps)
    if step.operation == "watermark":
        return drawing.watermarked(image, step, overlays[step.word("image")])
    return _WAYS[step.operation](image, action)


def _turned(image: Image.Image, action: Action) -> Image.Image:
    """Turn; where corners stay empty the colours of the edge are drawn out and a mask of its own cuts them off.

    Interpolating between colours and nothing would leave a jagged or a bright rim.
    """
    step = action.steps[0]
    if turning.is_quarter(step):
        return turning.turned(image, turning.of_step(step))
    mapping = _mapping(math.radians(step.number("degrees")), image.size, action)
    if _is_covered(mapping, image.size, action.size):
        return _mapped(image, action, mapping, Image.Resampling.BICUBIC)
    a, b, c, d, e, f = mapping
    mapping = (a, b, c + _RIM, d, e, f + _RIM)
    mask = _mapped(_rimmed_mask(image.size), action, mapping, Image.Resampling.BILINEAR)
    turned = _mapped(_rimmed(image), action, mapping, Image.Resampling.BICUBIC)
    turned.putalpha(ImageChops.multiply(turned.getchannel("A"), mask) if turned.mode == "RGBA" else mask)
    return turned


def _mapped(image: Image.Image, action: Action, mapping: Sequence[float], how: Image.Resampling) -> Image.Image:
    return image.transform(action.size, Image.Transform.AFFINE, mapping, how)


def _mapping(angle: float, size: tuple[int, int], action: Action) -> tuple[float, ...]:
    """Return where each place of the result lies in the picture: x' = a x + b y + c, y' = d x + e y + f."""
    cos, sin = math.cos(angle), math.sin(angle)
    left, top = action.window[0], action.window[1]
    return (
        *(cos, sin, cos * left + sin * top + size[0] / 2),
        *(-sin, cos, -sin * left + cos * top + size[1] / 2),
    )


def _is_covered(mapping: tuple[float, ...], size: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether every corner of the result lies within the picture, so that nothing of it will be empty."""
    a, b, c, d, e, f = mapping
    corners = [(x, y) for x in (0, after[0]) for y in (0, after[1])]
    return all(0 <= a * x + b * y + c <= size[0] and 0 <= d * x + e * y + f <= size[1] for x, y in corners)


def _rimmed(image: Image.Image) -> Image.Image:
    """Draw out the colours of the edge by some pixels on each side."""
    width, height = image.size
    ground = Image.new(image.mode, (width + 2 * _RIM, height + 2 * _RIM))
    ground.paste(image, (_RIM, _RIM))
    for x, to in ((_RIM, 0), (width + _RIM - 1, width + _RIM)):
        ground.paste(ground.crop((x, 0, x + 1, ground.height)).resize((_RIM, ground.height)), (to, 0))
    for y, to in ((_RIM, 0), (height + _RIM - 1, height + _RIM)):
        ground.paste(ground.crop((0, y, ground.width, y + 1)).resize((ground.width, _RIM)), (0, to))
    return ground


def _rimmed_mask(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", (size[0] + 2 * _RIM, size[1] + 2 * _RIM))
    mask.paste(255, (_RIM, _RIM, size[0] + _RIM, size[1] + _RIM))
    return mask


def _cropped(image: Image.Image, action: Action) -> Image.Image:
    left = round(action.window[0] + image.width / 2)
    top = round(action.window[1] + image.height / 2)
    left, top = min(left, image.width - action.size[0]), min(top, image.height - action.size[1])
    return image.crop((left, top, left + action.size[0], top + action.size[1]))


def _scaled(image: Image.Image, action: Action) -> Image.Image:
    left, top, right, bottom = action.window
    x, y = image.width / 2, image.height / 2
    box: Box = (left + x, top + y, right + x, bottom + y)
    if is_smart(action.steps[0]):
        share = min(1.0, (right - left) / image.width), min(1.0, (bottom - top) / image.height)
        box = shifted(box, image.size, saliency.focus(image, share))
    return _resized(image, action.size, box)


def _sharpened(image: Image.Image, action: Action) -> Image.Image:
    """Lift every pixel's colour away from that of its surroundings; transparency stays."""
    strength = 1 + action.steps[0].number("amount")
    around = _soft(image, max(_LEAST_EDGE, _EDGE * min(image.size)))
    if image.mode == "RGB":
        return Image.blend(around, image, strength)
    sharp = Image.blend(around.convert("RGB"), image.convert("RGB"), strength)
    sharp.putalpha(image.getchannel("A"))
    return sharp


def _blurred(image: Image.Image, action: Action) -> Image.Image:
    return _soft(image, action.steps[0].number("radius") * min(image.size))


def _soft(image: Image.Image, radius: float) -> Image.Image:
    """Blur; transparent parts weigh nothing, so that their hidden colours don't bleed."""
    blur = ImageFilter.GaussianBlur(radius)
    return image.convert("RGBa").filter(blur).convert("RGBA") if image.mode == "RGBA" else image.filter(blur)


def _opaque(image: Image.Image) -> Image.Image:
    """Leave out transparency that is none."""
    is_opaque = image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255)
    return image.convert("RGB") if is_opaque else image


_WAYS: dict[str, Callable[[Image.Image, Action], Image.Image]] = {
    "orient": lambda image, action: turning.turned(image, action.turn),
    "crop": _cropped,
    "rotate": _turned,
    "flip": lambda image, action: turning.turned(image, turning.of_step(action.steps[0])),
    "resize": _scaled,
    "sharpen": _sharpened,
    "blur": _blurred,
    "auto": lambda image, _: tones.spread(image),
    "redact": lambda image, action: drawing.redacted(image, action.steps[0]),
    "text": lambda image, action: drawing.written(image, action.steps[0]),
    "border": lambda image, action: drawing.bordered(image, action.steps[0], action.size),
}
