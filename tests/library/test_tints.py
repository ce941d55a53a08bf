"""Colours go by the names that people give them."""

import pytest

from imagehub.library.tints import Tint, seen_as, tint_of

NAMES = {
    "#ff0000": Tint.RED,
    "#b22222": Tint.RED,
    "#8b0000": Tint.RED,
    "#ff8c00": Tint.ORANGE,
    "#e59866": Tint.ORANGE,
    "#8b4513": Tint.BROWN,
    "#6b4a2b": Tint.BROWN,
    "#ffff00": Tint.YELLOW,
    "#f4d03f": Tint.YELLOW,
    "#008000": Tint.GREEN,
    "#27ae60": Tint.GREEN,
    "#2e5c3a": Tint.GREEN,
    "#008080": Tint.TEAL,
    "#00ced1": Tint.TEAL,
    "#0000ff": Tint.BLUE,
    "#4682b4": Tint.BLUE,
    "#2c3e70": Tint.BLUE,
    "#800080": Tint.PURPLE,
    "#8e44ad": Tint.PURPLE,
    "#ff69b4": Tint.PINK,
    "#ffb6c1": Tint.PINK,
    "#c71585": Tint.PINK,
    "#ffffff": Tint.WHITE,
    "#f5f5f4": Tint.WHITE,
    "#808080": Tint.GREY,
    "#9a9a98": Tint.GREY,
    "#000000": Tint.BLACK,
    "#0d0d12": Tint.BLACK,
}


@pytest.mark.parametrize(("colour", "name"), NAMES.items())
def test_a_colour_has_the_name_that_people_give_it(colour: str, name: Tint) -> None:
    assert tint_of(colour) is name


def test_colours_are_seen_as_the_paper_says() -> None:
    red = seen_as("#ff0000")
    assert (round(red.lightness, 3), round(red.chroma, 3), round(red.hue, 1)) == (0.628, 0.258, 29.2)
    white = seen_as("#ffffff")
    assert (round(white.lightness, 3), round(white.chroma, 3)) == (1.0, 0.0)
