from collections.abc import Callable

import pytest
from PIL import Image

from avatars import drawing

DRAWINGS: dict[str, Callable[[str, int], Image.Image]] = {
    "initials": lambda seed, size: drawing.initials(seed, f"Person {seed}", size),
    "identicon": drawing.identicon,
    "silhouette": drawing.silhouette,
    "retro": drawing.retro,
}


@pytest.mark.parametrize("kind", sorted(DRAWINGS))
@pytest.mark.parametrize("size", [1, 2, 31, 80, 512])
def test_a_drawing_has_the_asked_size(kind: str, size: int) -> None:
    assert DRAWINGS[kind]("ada", size).size == (size, size)


@pytest.mark.parametrize("kind", sorted(DRAWINGS))
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(kind: str) -> None:
    ada, again, bea = (drawing.encoded(DRAWINGS[kind](seed, 80), "png") for seed in ("ada", "ada", "bea"))

    assert ada == again
    assert ada != bea


@pytest.mark.parametrize("kind", ["identicon", "retro"])
def test_patterns_are_symmetric(kind: str) -> None:
    picture = DRAWINGS[kind]("ada", 84)

    assert picture.tobytes() == picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "A"),
        ("José Ángel Ñandú", "JN"),
        ("mary-jane o'neil", "MO"),
        ("user_2", "U2"),
        ("Жора", ""),
        ("", ""),
        ("😀", ""),
    ],
)
def test_initials_are_plain_capitals_or_none(name: str, letters: str) -> None:
    assert drawing.initials_of(name) == letters


def test_a_name_that_can_t_be_written_becomes_a_silhouette() -> None:
    assert drawing.initials("ada", "Жора", 64).tobytes() == drawing.silhouette("ada", 64).tobytes()


@pytest.mark.parametrize("seed", [f"user_{n}" for n in range(40)])
def test_white_letters_are_legible_on_every_colour(seed: str) -> None:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in drawing.hue_of(seed, lightness=0.52))

    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


@pytest.mark.parametrize(("codec", "ground"), [("png", 0), ("webp", 0), ("jpeg", 255)])
def test_blank_is_nothing_or_white(codec: str, ground: int) -> None:
    import io

    picture = Image.open(io.BytesIO(drawing.encoded(drawing.blank(16), codec)))

    assert picture.size == (16, 16)
    assert picture.convert("RGBA").getchannel("A" if codec != "jpeg" else "R").getextrema() == (ground, ground)
