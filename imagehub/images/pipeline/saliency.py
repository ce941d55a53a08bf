"""What people look at first, as far as colours tell: where a smart cut lies.

A point counts for how far its colour is from the picture's mean one (Achanta et al., "Frequency-tuned salient region
detection", CVPR 2009), how it differs from its surroundings, and whether it may be skin. Of all cuts the one is taken
that holds most of that; a cut as wide or as high as the picture can be moved along one side only, so one row of sums
tells them all.
"""

from PIL import Image, ImageChops, ImageFilter, ImageStat

_SIDE = 48
"""Points along the longer side of what is looked at."""

_BLUR = 1.5
_EDGE, _SKIN = 0.5, 0.5
"""Weights beside that of the distance from the mean colour, which is 1."""

_CENTRED = 0.15
"""What a cut at the very edge loses against one in the middle, as a share: it decides where little else does."""

_SKIN_CB, _SKIN_CR = (77, 127), (133, 173)  # Chai and Ngan, "Face segmentation using skin-color map", 1999

Point = tuple[float, float]


def focus(image: Image.Image, share: Point) -> Point:
    """Return the middle of the best cut, as shares of width and height.

    `image` is L, LA, RGB or RGBA of any size, `share` the width and height of the cut as shares of the picture's.
    """
    seen = _weights(_small(image))
    across = seen.resize((seen.width, 1), Image.Resampling.BOX).tobytes()
    down = seen.resize((1, seen.height), Image.Resampling.BOX).tobytes()
    return _best(across, share[0]), _best(down, share[1])


def _small(image: Image.Image) -> Image.Image:
    scale = _SIDE / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.resize(size, Image.Resampling.BOX, reducing_gap=1.0)
    if small.mode in {"RGBA", "LA"}:
        ground = Image.new("RGBA", size, "white")
        return Image.alpha_composite(ground, small.convert("RGBA")).convert("RGB")
    return small.convert("RGB")


def _weights(small: Image.Image) -> Image.Image:
    soft = small.filter(ImageFilter.GaussianBlur(_BLUR)).convert("YCbCr")
    small = small.convert("YCbCr")
    mean = Image.new("YCbCr", small.size, tuple(round(value) for value in ImageStat.Stat(small).mean))
    far = _summed(ImageChops.difference(soft, mean))
    edge = _summed(ImageChops.difference(small, soft))
    _, cb, cr = small.split()
    skin = ImageChops.multiply(cb.point(_within(_SKIN_CB)), cr.point(_within(_SKIN_CR)))
    skin = ImageChops.multiply(skin, soft.getchannel("Y"))
    weighed = ImageChops.add(far, _times(edge, _EDGE))
    return ImageChops.add(weighed, _times(skin, _SKIN))


def _summed(difference: Image.Image) -> Image.Image:
    y, cb, cr = difference.split()
    return ImageChops.add(y, ImageChops.add(cb, cr))


def _times(image: Image.Image, weight: float) -> Image.Image:
    return image.point([round(value * weight) for value in range(256)])


def _within(bounds: tuple[int, int]) -> list[int]:
    return [255 * (bounds[0] <= value <= bounds[1]) for value in range(256)]


def _best(row: bytes, share: float) -> float:
    """Return the middle of the part of a row, so large a share of it, that holds most."""
    count = len(row)
    wide = min(count, max(1, round(count * share)))
    if wide == count:
        return 0.5
    sums = [sum(row[first : first + wide]) for first in range(count - wide + 1)]
    room = (count - wide) / 2
    held = [total * (1 - _CENTRED * abs(first - room) / room) for first, total in enumerate(sums)]
    most = max(held)
    best = min((abs(first - room), first) for first, total in enumerate(held) if total == most)[1]
    return (best + wide / 2) / count
