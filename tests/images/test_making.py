import time

import pytest

from imagehub.images import making, presets
from imagehub.images.making import Wanted
from imagehub.images.models import Image
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import Focus
from imagehub.images.presets import Preset, Quality
from imagehub.lib.errors import ImageNotFound

PHOTO = Image(width=4000, height=3000)
NAMES = {
    "thumb": Wanted("thumb"),
    "thumb;dpr:2": Wanted("thumb", dpr=2),
    "thumb;q:low": Wanted("thumb", quality=Quality.LOW),
    "avatar-64;dpr:3;q:best;focus:smart": Wanted("avatar-64", 3, Quality.BEST, "smart"),
    "avatar-64;focus:0.25:1": Wanted("avatar-64", focus=(0.25, 1.0)),
    "resize:400;dpr:2": Wanted("resize:400", dpr=2),
    "crop:0,0,0.5,1;auto;q:low": Wanted("crop:0,0,0.5,1;auto", quality=Quality.LOW),
    "~;q:best": Wanted("~", quality=Quality.BEST),
    "thumb;frames:all": Wanted("thumb", moves=True),
    "avatar-64;dpr:2;q:low;focus:0.5:1;frames:all": Wanted("avatar-64", 2, Quality.LOW, (0.5, 1.0), moves=True),
}


@pytest.mark.parametrize(("name", "wanted"), NAMES.items())
def test_a_name_tells_what_is_wanted_in_one_spelling(name: str, wanted: Wanted) -> None:
    assert making.read(name) == wanted
    assert wanted.name == name


@pytest.mark.parametrize(
    "name",
    [
        "huge",
        "thumb;",
        "thumb;dpr:1",
        "thumb;dpr:4",
        "thumb;q:good",
        "thumb;q:low;dpr:2",
        "thumb;dpr:2;dpr:2",
        "thumb;dpr:2;dpr:3",
        "thumb;focus:smart",
        "thumb;auto",
        "avatar-64;focus:0.50:0.5",
        "avatar-64;focus:1.5:0",
        "avatar-64;focus:0.12345:0",
        "auto;focus:smart",
        "dpr:2",
        "~;dpr:2;auto",
        "thumb;frames:1",
        "thumb;frames:all;q:low",
        "social;frames:all",
        "auto;frames:all",
    ],
)
def test_any_other_spelling_is_nothing(name: str) -> None:
    with pytest.raises(ImageNotFound):
        making.read(name)
    assert not making.is_open(name)


def test_the_time_to_read_a_name_grows_with_its_length_and_no_faster() -> None:
    began = time.process_time()
    with pytest.raises(ImageNotFound):
        making.read("a;" * 100_000)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("name", "is_open"),
    [
        ("thumb;dpr:3;q:low", True),
        ("avatar-64;focus:smart", True),
        ("thumb;frames:all", True),
        ("avatar-64;focus:0.5:0.5", False),
        ("resize:400", False),
    ],
)
def test_only_what_is_finite_is_open_to_anybody(name: str, is_open: bool) -> None:  # a column of the table
    assert making.is_open(name) is is_open


@pytest.mark.parametrize(
    ("name", "size", "box"),
    [
        ("thumb;dpr:2", (4000, 3000), (640, 640)),
        ("w1920;dpr:3", (4000, 3000), (4730, presets.TALLEST)),
        ("w1920;dpr:3", (1920, 16_000), (1920, presets.TALLEST)),
        ("w320;dpr:3", (8000, 6000), (960, presets.TALLEST)),
        ("view;dpr:3", (8000, 6000), (4730, 4730)),
        ("avatar-512;dpr:2", (4000, 3000), (1024, 1024)),
        ("avatar-512;dpr:3", (1600, 900), (900, 900)),
        ("avatar-512;dpr:3", (64, 48), (512, 512)),
    ],
)
def test_finer_screens_get_more_as_far_as_the_image_has_it(
    name: str, size: tuple[int, int], box: tuple[int, int]
) -> None:
    spec = making.spec(making.read(name), Format.WEBP, Image(width=size[0], height=size[1]))
    assert (spec.width, spec.height) == box


def test_a_recipe_is_resized_to_more_and_otherwise_the_same() -> None:
    plain = making.read("resize:400,300,fill;auto;dpr:3").recipe.plain()
    assert plain == [{"op": "resize", "width": 1200, "height": 900, "fit": "fill"}, {"op": "auto"}]


@pytest.mark.parametrize(
    ("name", "stored", "expected"),
    [
        ("avatar-64", None, (0.5, 0.5)),
        ("social", None, "smart"),
        ("social", (0.1, 0.9), (0.1, 0.9)),
        ("avatar-64;focus:0:1", (0.1, 0.9), (0.0, 1.0)),
        ("avatar-64;focus:smart", (0.1, 0.9), "smart"),
    ],
)
def test_the_nearest_word_on_the_focus_counts(name: str, stored: tuple[float, float] | None, expected: Focus) -> None:
    x, y = stored or (None, None)
    image = Image(width=4000, height=3000, focus_x=x, focus_y=y)
    assert making.spec(making.read(name), Format.WEBP, image).focus == expected


def test_renditions_that_differ_are_kept_apart() -> None:
    names = [*NAMES, "resize:400", "resize:400;dpr:3", "crop:0,0,0.5,1;auto"]
    labels = {making.label(name) for name in names}
    assert len(labels) == len(names)
    assert max(len(f"{label}.webp") for label in labels) <= 64


def test_only_very_large_avif_is_not_worth_its_time() -> None:
    tall = Image(width=1920, height=16_000)
    assert making.suits("w1920", Format.AVIF, PHOTO)
    assert not making.suits("w1920", Format.AVIF, tall)
    assert not making.suits("resize:4000,4000,fill", Format.AVIF, PHOTO)
    assert making.suits("w1920", Format.WEBP, tall)


def test_what_moves_is_made_as_far_as_its_frames_allow() -> None:
    short, long, still = (Image(width=1000, height=800, frames=frames, duration=9) for frames in (10, 60, 1))
    wishes = [("w960;frames:all", Format.WEBP), ("w960;frames:all", Format.GIF), ("w320;frames:all", Format.GIF)]
    assert [making.suits(*wish, short) for wish in wishes] == [True, True, True]
    assert [making.suits(*wish, long) for wish in wishes] == [False, False, True]
    assert [making.suits(*wish, still) for wish in wishes] == [False, False, False]
    assert not making.suits("w320;frames:all", Format.AVIF, short)


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        ("thumb", (16_000, 12_000), True),
        ("avatar-64;focus:0.5:0.5", (4000, 3000), True),
        ("w1920;dpr:3", (640, 480), True),
        ("w1920;dpr:3", (4000, 3000), False),
        ("thumb;frames:all", (64, 48), False),
        ("auto", (64, 48), False),
    ],
)
def test_what_moves_or_is_large_takes_a_place_in_the_queue_as_a_recipe_does(
    name: str, size: tuple[int, int], expected: bool
) -> None:
    assert making.is_quick(name, Image(width=size[0], height=size[1])) is expected


def test_a_size_of_the_installation_is_kept_under_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [Preset(600, 400, "cover"), Preset(600, 400, "inside"), Preset(400, 600, "cover")]
    labels = []
    for size in sizes:
        monkeypatch.setitem(presets.PRESETS, "size-card", size)
        making.read.cache_clear()
        assert making.is_open("size-card;dpr:3;q:best")
        labels += [making.label("size-card"), making.label("size-card;dpr:3;q:best")]
    assert len(set(labels)) == len(labels)
    assert [label.startswith(making.CUT) for label in labels] == [True, True, False, False, True, True]
    assert max(map(len, labels)) + len(".avif") <= 64
    with pytest.raises(ImageNotFound):
        making.read("size-other")
