"""A few pictures drawn from nothing but numbers, for the demo account."""

import io
import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 900)  # pixels
_FINE = 2  # drawn so many times larger, for smooth edges
_TURN = 16  # frames in which a sail comes to where the next one was
_HUB = (0.5, 0.36)

Colour = tuple[int, int, int]


def dawn() -> Image.Image:
    """Hills in the mist before a rising sun."""
    scene = _sky((255, 214, 165), (250, 128, 114))
    _disc(scene, (0.5, 0.52), 0.11, (255, 244, 214))
    for level in range(5):
        shade = _mixed((214, 120, 120), (64, 36, 78), level / 4)
        _ridge(scene, 0.55 + level * 0.09, 0.07 - level * 0.008, shade, seed=level)
    return _finished(scene)


def night() -> Image.Image:
    """Mountains under the moon and many stars."""
    scene = _sky((12, 18, 52), (58, 56, 110))
    dice = random.Random(7)  # noqa: S311  # stars, not secrets
    for _ in range(220):
        _disc(scene, (dice.random(), dice.random() * 0.7), dice.choice((0.0008, 0.0012, 0.002)), (235, 238, 255))
    _disc(scene, (0.74, 0.24), 0.075, (246, 241, 213))
    _disc(scene, (0.71, 0.22), 0.066, (20, 26, 64))
    for level in range(3):
        _ridge(scene, 0.68 + level * 0.1, 0.09, _mixed((40, 44, 92), (10, 12, 34), level / 2), seed=20 + level)
    return _finished(scene)


def sea() -> Image.Image:
    """Waves under a clear sky, with a sail."""
    scene = _sky((132, 206, 235), (236, 248, 250))
    _sail(scene)
    for level in range(6):
        _ridge(scene, 0.56 + level * 0.08, 0.018, _mixed((96, 186, 206), (14, 72, 112), level / 5), seed=40 + level)
    return _finished(scene)


def balloons() -> Image.Image:
    """Balloons of many colours in the afternoon."""
    scene = _sky((160, 216, 239), (255, 246, 222))
    colours = [(232, 93, 117), (247, 178, 103), (88, 164, 176), (124, 106, 170), (244, 132, 95)]
    places = [(0.2, 0.36, 0.1), (0.47, 0.2, 0.06), (0.66, 0.46, 0.13), (0.85, 0.24, 0.07), (0.38, 0.58, 0.05)]
    for (x, y, radius), colour in zip(places, colours, strict=True):
        _balloon(scene, x, y, radius, colour)
    _ridge(scene, 0.86, 0.04, (126, 166, 112), seed=60)
    return _finished(scene)


def cabin() -> Image.Image:
    """House by a lake in the evening, with its lights on."""
    scene = _sky((88, 104, 160), (250, 196, 150))
    for level in range(3):
        _ridge(scene, 0.5 + level * 0.06, 0.07, _mixed((132, 118, 154), (58, 72, 92), level / 2), seed=70 + level)
    _ridge(scene, 0.7, 0.012, (46, 62, 58), seed=80)
    _box(scene, (0, 0.76, 1, 1), (104, 124, 158))
    _box(scene, (0.36, 0.76, 0.64, 0.94), (86, 84, 106))
    for x in (0.42, 0.52):
        _box(scene, (x, 0.78, x + 0.06, 0.9), (206, 168, 124))
    _house(scene)
    for x, height in ((0.08, 0.4), (0.17, 0.5), (0.26, 0.34), (0.8, 0.46), (0.9, 0.36)):
        _fir(scene, x, height)
    return _finished(scene)


def room() -> Image.Image:
    """Room with a wide window, a table and a lamp."""
    scene = _sky((126, 190, 224), (226, 238, 236))
    _ridge(scene, 0.42, 0.05, (118, 158, 134), seed=90)
    wall = (238, 228, 214)
    for sides in ((0.0, 0.0, 0.28, 1.0), (0.86, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 0.12), (0.0, 0.6, 1.0, 1.0)):
        _box(scene, sides, wall)
    for sides in ((0.27, 0.1, 0.28, 0.62), (0.86, 0.1, 0.87, 0.62), (0.27, 0.1, 0.87, 0.12), (0.27, 0.6, 0.87, 0.62)):
        _box(scene, sides, (255, 253, 248))
    _box(scene, (0.567, 0.12, 0.575, 0.6), (255, 253, 248))
    _box(scene, (0, 0.8, 1, 1), (176, 136, 102))
    _table(scene)
    _box(scene, (0.146, 0.36, 0.152, 0.9), (70, 62, 58))
    _disc(scene, (0.149, 0.36), 0.06, (250, 206, 124))
    return _finished(scene)


def windmill() -> list[Image.Image]:
    """Mill in a field of flowers, a quarter turn of its four sails: as they are alike, that goes round for ever."""
    scene = _sky((150, 205, 238), (252, 236, 214))
    for level in range(3):
        _ridge(scene, 0.7 + level * 0.06, 0.025, _mixed((146, 178, 138), (92, 138, 84), level / 2), seed=100 + level)
    _flowers(scene)
    _mill(scene)
    drawn = scene.reduce(3)
    return [_turning(drawn, step / _TURN * math.pi / 2) for step in range(_TURN)]


SCENES: dict[str, Callable[[], Image.Image]] = {
    "sea": sea,
    "night": night,
    "balloons": balloons,
    "dawn": dawn,
    "cabin": cabin,
    "room": room,
}


def jpeg(scene: Image.Image) -> bytes:
    """Return a picture as the bytes of a JPEG."""
    file = io.BytesIO()
    scene.save(file, "JPEG", quality=88)
    return file.getvalue()


def png(scene: Image.Image) -> bytes:
    """Return a picture as the bytes of a PNG, half as large, as generators make them."""
    file = io.BytesIO()
    scene.reduce(2).save(file, "PNG")
    return file.getvalue()


def webp(frames: list[Image.Image]) -> bytes:
    """Return pictures as the bytes of an animated WebP of ten frames a second."""
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], duration=100, loop=0, quality=82)
    return file.getvalue()


def _sky(top: Colour, bottom: Colour) -> Image.Image:
    column = Image.new("RGB", (1, 256))
    column.putdata([_mixed(top, bottom, row / 255) for row in range(256)])
    width, height = SIZE
    return column.resize((width * _FINE, height * _FINE), Image.Resampling.BICUBIC)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _disc(scene: Image.Image, centre: tuple[float, float], radius: float, colour: Colour) -> None:
    x, y, r = centre[0] * scene.width, centre[1] * scene.height, radius * scene.width
    ImageDraw.Draw(scene).ellipse((x - r, y - r, x + r, y + r), fill=colour)


def _box(scene: Image.Image, sides: tuple[float, float, float, float], colour: Colour) -> None:
    left, top, right, bottom = sides
    width, height = scene.size
    ImageDraw.Draw(scene).rectangle((left * width, top * height, right * width, bottom * height), fill=colour)


def _ridge(scene: Image.Image, level: float, height: float, colour: Colour, *, seed: int) -> None:
    """Fill everything below a rolling line."""
    dice = random.Random(seed)  # noqa: S311  # hills, not secrets
    waves = [(dice.uniform(1, 3) * n, dice.uniform(0, math.tau), 1 / n) for n in (1, 2, 4)]
    line = [
        (
            x,
            scene.height
            * (level + height * sum(a * math.sin(f * x / scene.width * math.tau + p) for f, p, a in waves)),
        )
        for x in range(0, scene.width + 8, 8)
    ]
    ImageDraw.Draw(scene).polygon([(0, scene.height), *line, (scene.width, scene.height)], fill=colour)


def _house(scene: Image.Image) -> None:
    width, height = scene.size
    _box(scene, (0.37, 0.56, 0.63, 0.76), (122, 74, 52))
    roof = [(width * x, height * y) for x, y in ((0.34, 0.57), (0.5, 0.38), (0.66, 0.57))]
    ImageDraw.Draw(scene).polygon(roof, fill=(66, 44, 48))
    for x in (0.42, 0.52):
        _box(scene, (x, 0.61, x + 0.06, 0.7), (255, 214, 130))


def _fir(scene: Image.Image, x: float, tall: float) -> None:
    pen = ImageDraw.Draw(scene)
    for share in (0.0, 0.28, 0.56):
        top, foot, half = 0.78 - tall * (1 - share), 0.78 - tall * (0.52 - share * 0.9), tall * (0.09 + share * 0.1)
        corners = ((x, top), (x + half, foot), (x - half, foot))
        pen.polygon(
            [(scene.width * a, scene.height * b) for a, b in corners], fill=_mixed((38, 66, 62), (22, 44, 46), share)
        )


def _table(scene: Image.Image) -> None:
    _box(scene, (0.4, 0.7, 0.8, 0.725), (118, 80, 56))
    for x in (0.43, 0.75):
        _box(scene, (x, 0.725, x + 0.018, 0.94), (98, 66, 46))
    for x, y in ((0.585, 0.57), (0.6, 0.54), (0.618, 0.575)):
        _disc(scene, (x, y), 0.022, (104, 148, 98))
    _box(scene, (0.58, 0.61, 0.62, 0.7), (214, 108, 82))


def _sail(scene: Image.Image) -> None:
    width, height = scene.size
    pen = ImageDraw.Draw(scene)
    pen.polygon([(width * x, height * y) for x, y in ((0.6, 0.2), (0.6, 0.5), (0.47, 0.5))], fill=(255, 255, 255))
    pen.polygon([(width * x, height * y) for x, y in ((0.61, 0.26), (0.61, 0.5), (0.7, 0.5))], fill=(245, 205, 160))
    pen.polygon(
        [(width * x, height * y) for x, y in ((0.45, 0.52), (0.73, 0.52), (0.68, 0.6), (0.5, 0.6))], fill=(140, 74, 60)
    )


def _balloon(scene: Image.Image, x: float, y: float, radius: float, colour: Colour) -> None:
    for share in (1.0, 0.62, 0.26):
        centre, wide, high = x * scene.width, radius * scene.width * share, radius * scene.width * 1.12
        shade = _mixed(colour, (255, 255, 255), (1 - share) * 0.5)
        middle = y * scene.height
        ImageDraw.Draw(scene).ellipse((centre - wide, middle - high, centre + wide, middle + high), fill=shade)
    _basket(scene, x * scene.width, y * scene.height + radius * scene.width * 1.12, radius * scene.width * 0.16)


def _basket(scene: Image.Image, x: float, y: float, size: float) -> None:
    pen = ImageDraw.Draw(scene)
    for side in (-1, 1):
        pen.line((x + side * size, y - size * 0.4, x + side * size * 0.8, y + size * 2), fill=(110, 84, 66), width=3)
    pen.rounded_rectangle((x - size, y + size * 2, x + size, y + size * 3.4), radius=size * 0.3, fill=(150, 104, 70))


def _flowers(scene: Image.Image) -> None:
    dice = random.Random(11)  # noqa: S311  # flowers, not secrets
    for _ in range(160):
        y = 0.86 + 0.14 * dice.random()
        colour = dice.choice(((226, 84, 96), (244, 176, 92), (250, 240, 226), (150, 116, 190)))
        _disc(scene, (dice.random(), y), 0.002 + (y - 0.86) * 0.03, colour)


def _mill(scene: Image.Image) -> None:
    x, y = _HUB
    tower = ((x - 0.065, y), (x + 0.065, y), (x + 0.11, 0.86), (x - 0.11, 0.86))
    cap = ((x - 0.08, y + 0.01), (x - 0.04, y - 0.08), (x + 0.04, y - 0.08), (x + 0.08, y + 0.01))
    for corners, colour in ((tower, (240, 228, 208)), (cap, (122, 74, 58))):
        _polygon(scene, corners, colour)
    for place in ((x - 0.02, 0.5, x + 0.02, 0.56), (x - 0.03, 0.74, x + 0.03, 0.86)):
        _box(scene, place, (104, 84, 74))


def _turning(scene: Image.Image, angle: float) -> Image.Image:
    """Return a small picture of the mill with its sails turned."""
    turned = scene.copy()
    for sail in range(4):
        way = angle + sail * math.pi / 2
        for corners, colour in (
            (((0, -0.004), (0.25, -0.004), (0.25, 0.004), (0, 0.004)), (92, 66, 54)),
            (((0.05, 0.006), (0.24, 0.006), (0.24, 0.06), (0.05, 0.048)), (252, 247, 238)),
        ):
            _polygon(turned, [_around(way, along, across) for along, across in corners], colour)
    _disc(turned, _HUB, 0.014, (92, 66, 54))
    return turned.reduce(2)


def _around(angle: float, along: float, across: float) -> tuple[float, float]:
    """Return the place that is so far from the hub on a turned sail, in shares of the picture's width."""
    x = along * math.cos(angle) - across * math.sin(angle)
    y = along * math.sin(angle) + across * math.cos(angle)
    width, height = SIZE
    return _HUB[0] + x, _HUB[1] + y * width / height


def _polygon(scene: Image.Image, corners: Sequence[tuple[float, float]], colour: Colour) -> None:
    ImageDraw.Draw(scene).polygon([(scene.width * x, scene.height * y) for x, y in corners], fill=colour)


def _finished(scene: Image.Image) -> Image.Image:
    return scene.filter(ImageFilter.GaussianBlur(0.6)).resize(SIZE, Image.Resampling.LANCZOS)
