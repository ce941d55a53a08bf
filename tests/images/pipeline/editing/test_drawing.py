import pytest
from PIL import Image, ImageChops

from imagehub.images.pipeline.editing.operations import FONTS
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.refusals import Refusal
from tests.images.pipeline.editing.drawing_board import Item, made, pixel, same, smooth

GREY = Image.new("RGB", (60, 40), (90, 90, 90))
PART: Item = {"op": "redact", "x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}
INSIDE = (15, 10, 45, 30)
UNKNOWN = "\ue000"


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox()


def text(words: str, *, size: float = 0.5, x: float = 0.0, y: float = 0.0, **others: str) -> Item:
    return {"op": "text", "text": words, "x": x, "y": y, "size": size, **others}


def stripes(width: int) -> Image.Image:
    """Draw fine stripes, as of a text, of which every cell holds as much black as white."""
    striped = Image.new("RGB", (200, 200), "white")
    for left in range(0, 200, 2 * width):
        striped.paste("black", (left, 0, left + width, 200))
    return striped


@pytest.mark.parametrize("mode", ["fill", "blur", "pixelate"])
def test_a_redaction_changes_its_part_alone(mode: str) -> None:
    picture = smooth((60, 40))
    assert changed(picture, made(picture, {**PART, "mode": mode})) == INSIDE


def test_a_filled_part_is_black_also_where_it_was_transparent() -> None:
    covered = made(Image.new("RGBA", (60, 40)), PART)
    assert same(covered.crop(INSIDE), Image.new("RGBA", (30, 20), "black"))


def test_a_part_that_begins_within_a_pixel_takes_all_of_it() -> None:
    hit = made(GREY, {"op": "redact", "x": 0.26, "y": 0.26, "width": 0.48, "height": 0.47})
    assert changed(GREY, hit) == INSIDE
    assert changed(
        GREY,
        made(GREY, {"op": "redact", "x": 1, "y": 1, "width": 0.0001, "height": 0.0001} | {"x": 0.9999, "y": 0.9999}),
    ) == (59, 39, 60, 40)


@pytest.mark.parametrize("mode", ["blur", "pixelate"])
def test_nothing_is_left_to_read_of_a_redacted_part(mode: str) -> None:
    whole: Item = {"op": "redact", "x": 0, "y": 0, "width": 1, "height": 1, "mode": mode}
    assert same(made(stripes(1), whole), made(stripes(5), whole))
    assert len(set(made(smooth((200, 200)), {**whole, "mode": "pixelate"}).get_flattened_data())) <= 16


@pytest.mark.parametrize("font", FONTS)
def test_each_typeface_writes_latin_greek_and_cyrillic(font: str) -> None:
    drawn = {letter: made(GREY, text(letter, font=font)).tobytes() for letter in f"AéñßΩψДяЇ{UNKNOWN}"}
    assert len(set(drawn.values())) == len(drawn)


def test_typefaces_differ() -> None:
    assert len({made(GREY, text("Rag", font=font)).tobytes() for font in FONTS}) == len(FONTS)


def test_a_text_stands_where_it_was_put_in_its_size_and_colour() -> None:
    drawn = made(Image.new("RGB", (200, 100)), text("H", size=0.5, x=0.5, y=0.2, colour="#ff8000"))
    left, top, right, bottom = drawn.getbbox() or (0, 0, 0, 0)
    assert 100 <= left <= 108
    assert 20 <= top <= 45
    assert 33 <= bottom - top <= 38
    assert pixel(drawn, left + 2, (top + bottom) // 2) == (255, 128, 0)
    assert right < 150


def test_markup_is_drawn_as_it_stands() -> None:
    plain, tagged = (made(GREY, text(words, size=0.2)) for words in ("big", "<big>"))
    assert (changed(GREY, tagged) or (0,) * 4)[2] > (changed(GREY, plain) or (0,) * 4)[2] + 8


def test_lines_follow_one_another() -> None:
    one, two = (changed(GREY, made(GREY, text(words, size=0.25))) for words in ("H", "H\nH"))
    assert one
    assert two
    assert (two[0], two[1], two[2]) == one[:3]
    assert two[3] - one[3] == 12


@pytest.mark.parametrize(
    "words", ["W" * 200, "\n" * 199 + "W", "e\u0301" * 90, "\u0301" * 200, "\u05d0\u05d1", "\U0001f600", " "]
)
def test_a_text_of_any_length_ends_at_the_edge(words: str) -> None:
    assert made(GREY, text(words, size=1, x=1, y=1), text(words, size=1)).size == GREY.size


def test_a_translucent_text_lets_the_picture_through() -> None:
    drawn = made(Image.new("RGB", (60, 40), "black"), text("█", size=1, colour="#ffffff80"))
    assert max(drawn.getchannel("R").get_flattened_data()) == 128
    glass = made(Image.new("RGBA", (60, 40)), text("█", size=1, colour="#ff000080"))
    assert glass.getchannel("A").getextrema() == (0, 128)


def watermark(**values: float) -> Item:
    return {"op": "watermark", "image": "m", "x": 0.5, "y": 0.25, "width": 0.2, **values}


def test_a_watermark_lies_where_it_was_put() -> None:
    marked = made(GREY, watermark(), overlays={"m": Image.new("RGB", (6, 3), "red")})
    expected = GREY.copy()
    expected.paste("red", (30, 10, 42, 16))
    assert same(marked, expected)


def test_a_translucent_watermark_lets_the_picture_through() -> None:
    half = Image.new("RGBA", (6, 3), (255, 0, 0, 128))
    assert pixel(made(GREY, watermark(opacity=0.5), overlays={"m": half}), 35, 12) == (131, 67, 67)
    glass = made(Image.new("RGBA", (60, 40)), watermark(opacity=0.5), overlays={"m": half})
    assert pixel(glass, 35, 12) == (255, 0, 0, 64)
    assert same(made(GREY, watermark(opacity=0), overlays={"m": half}), GREY)


@pytest.mark.parametrize("size", [(1, 4000), (4000, 1), (60, 40)])
def test_a_watermark_is_cut_at_the_edge(size: tuple[int, int]) -> None:
    marked = made(GREY, watermark(x=0.9, y=0.9, width=1), overlays={"m": Image.new("RGB", size, "red")})
    assert (changed(GREY, marked) or (0, 0))[:2] == (54, 36)
    assert marked.size == GREY.size
    assert pixel(made(GREY, watermark(x=1, y=1), overlays={"m": Image.new("RGB", size, "red")}), 59, 39) == (255, 0, 0)


def test_a_watermark_that_does_not_decode_is_refused() -> None:
    with pytest.raises(Refusal):
        made(GREY, watermark(), overlays={"m": Broken()})


class Broken(Image.Image):
    """Says that it is a picture and encodes to nothing of the kind."""

    def save(self, fp: object, *_args: object, **_options: object) -> None:
        fp.write(b"\x89PNG\r\n\x1a\n" + bytes(20))  # type: ignore[attr-defined]  # the file that the test opened


@pytest.mark.parametrize(
    ("colour", "mode", "corner"), [("#00ff00", "RGB", (0, 255, 0)), ("#00ff0080", "RGBA", (0, 255, 0, 128))]
)
def test_a_border_lies_around_the_picture(colour: str, mode: str, corner: tuple[int, ...]) -> None:
    framed = made(GREY, {"op": "border", "width": 0.1, "colour": colour})
    assert (framed.size, framed.mode, pixel(framed, 67, 3)) == ((68, 48), mode, corner)
    assert same(framed.crop((4, 4, 64, 44)).convert("RGB"), GREY)


def test_a_border_leaves_transparent_parts_of_the_picture() -> None:
    framed = made(Image.new("RGBA", (60, 40)), {"op": "border", "width": 0.1, "colour": "#000"})
    assert (pixel(framed, 0, 0)[3], pixel(framed, 30, 20)[3]) == (255, 0)
    assert (
        pixel(made(Image.new("RGBA", (60, 40)), {"op": "border", "width": 0.1}, form=Format.JPEG), 30, 20) == (255,) * 3
    )
