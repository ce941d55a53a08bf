"""Pictures as people take them, drawn from a number: hills, rooms, still lifes, streets of blocks, pages of print.

Every scene has the falling spectrum of a photo (large shapes, less and less of the fine), its own light and
its own composition; two numbers never give related scenes.
"""

import math
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Draw = Callable[[random.Random, tuple[int, int]], Image.Image]
_SIZES = [(640, 480), (480, 640), (640, 427), (600, 600), (720, 405)]
_OCTAVES = 6
_PIXELS = 255


def scene(number: int) -> Image.Image:
    """Draw the scene of a number."""
    chance = random.Random(number)  # noqa: S311  # pictures, not secrets
    picture = _KINDS[number % len(_KINDS)](chance, chance.choice(_SIZES))
    grain = Image.effect_noise(picture.size, chance.uniform(4, 14)).convert("RGB")
    return ImageChops.add(picture, grain, scale=1, offset=-128)


def _colour(chance: random.Random, low: int = 0, high: int = _PIXELS) -> tuple[int, int, int]:
    return chance.randint(low, high), chance.randint(low, high), chance.randint(low, high)


def _cloud(chance: random.Random, size: tuple[int, int], first: int = 2) -> Image.Image:
    """Draw grey noise whose strength falls with its frequency, as that of nature does."""
    made = Image.new("L", size, 128)
    for octave in range(_OCTAVES):
        across = first << octave
        down = max(1, across * size[1] // size[0])
        grid = Image.frombytes("L", (across, down), chance.randbytes(across * down))
        made = Image.blend(made, grid.resize(size, Image.Resampling.BICUBIC), 0.5 if octave == 0 else 0.5**octave)
    return made


def _toned(grey: Image.Image, chance: random.Random) -> Image.Image:
    """Colour a grey picture from one dark to one light colour."""
    dark, light = _colour(chance, 0, 110), _colour(chance, 130)
    bands = [
        grey.point([a + (b - a) * level // _PIXELS for level in range(256)]) for a, b in zip(dark, light, strict=True)
    ]
    return Image.merge("RGB", bands)


def _hills(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    picture = _toned(_cloud(chance, size), chance)
    width, height = size
    for layer in range(chance.randint(2, 5)):
        base, steep = height * chance.uniform(0.3, 0.9), height * chance.uniform(0.03, 0.2)
        waves = [(chance.uniform(0.5, 9), chance.uniform(0, 7), chance.uniform(0.2, 1)) for _ in range(6)]
        ridge = [
            (
                x,
                base
                + steep
                * sum(part / (1 + pace / 3) * math.sin(pace * 6.3 * x / width + start) for pace, start, part in waves),
            )
            for x in range(0, width + 8, 8)
        ]
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon([(0, height), *ridge, (width, height)], fill=_PIXELS)
        picture.paste(_toned(_cloud(chance, size, 4 << layer % 3), chance), mask=mask)
    return picture


def _still_life(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    picture = _toned(_cloud(chance, size, 3), chance)
    for _ in range(chance.randint(3, 14)):
        mask, side = Image.new("L", size), min(size) * chance.uniform(0.08, 0.55)
        x, y = chance.uniform(-side / 2, size[0]), chance.uniform(-side / 2, size[1])
        ImageDraw.Draw(mask).ellipse(
            (x, y, x + side * chance.uniform(0.5, 1.6), y + side), fill=chance.randint(150, 255)
        )
        lit = _toned(_cloud(chance, size, chance.choice((2, 5, 9))), chance)
        picture.paste(lit, mask=mask.filter(ImageFilter.GaussianBlur(chance.uniform(0, 4))))
    return picture


def _room(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    picture = _toned(_cloud(chance, size), chance)
    left, right = sorted(chance.uniform(0.1, 0.9) * width for _ in range(2))
    top, bottom = sorted(chance.uniform(0.1, 0.9) * height for _ in range(2))
    for wall in (
        [(0, 0), (width, 0), (right, top), (left, top)],
        [(0, height), (width, height), (right, bottom), (left, bottom)],
        [(0, 0), (left, top), (left, bottom), (0, height)],
        [(width, 0), (right, top), (right, bottom), (width, height)],
    ):
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon(wall, fill=230)
        picture.paste(_toned(_cloud(chance, size, 3), chance), mask=mask)
    pen = ImageDraw.Draw(picture)
    for _ in range(chance.randint(2, 9)):
        x, y = chance.uniform(0, width), chance.uniform(0, height)
        pen.rectangle(
            (x, y, x + chance.uniform(20, 0.4 * width), y + chance.uniform(20, 0.4 * height)), fill=_colour(chance)
        )
    return picture


def _street(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    picture = _toned(_cloud(chance, size), chance)
    pen, x = ImageDraw.Draw(picture), 0.0
    while x < width:
        wide, top = chance.uniform(40, 180), chance.uniform(0.05, 0.7) * height
        wall, window = _colour(chance, 20), _colour(chance, 20)
        pen.rectangle((x, top, x + wide, height), fill=wall)
        step = chance.uniform(18, 50)
        for row in range(int((height - top) / step)):
            for column in range(int(wide / step)):
                if chance.random() < 0.8:
                    at = x + column * step + 4, top + row * step + 5
                    pen.rectangle((*at, at[0] + step * 0.5, at[1] + step * 0.6), fill=window)
        x += wide
    return Image.blend(picture, _toned(_cloud(chance, size, 3), chance), 0.15)


def _print(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    picture = Image.blend(Image.new("RGB", size, _colour(chance, 170)), _toned(_cloud(chance, size), chance), 0.25)
    pen, y, words = (
        ImageDraw.Draw(picture),
        chance.uniform(10, 60),
        "listing sunny flat near river with garden and three rooms",
    )
    while y < size[1]:
        high = chance.choice((14, 18, 26, 48))
        text = " ".join(chance.sample(words.split(), chance.randint(1, 6)))
        pen.text(
            (chance.uniform(10, size[0] / 3), y), text, fill=_colour(chance, 0, 120), font=ImageFont.load_default(high)
        )
        y += high * chance.uniform(1.2, 3)
    for _ in range(chance.randint(1, 3)):
        inset = _still_life(chance, (size[0] // 3, size[1] // 3))
        picture.paste(inset, (chance.randint(0, size[0] * 2 // 3), chance.randint(0, size[1] * 2 // 3)))
    return picture


_KINDS: tuple[Draw, ...] = (_hills, _still_life, _room, _street, _print)
