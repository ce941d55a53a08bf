import pytest

from accounts.models import User
from imagehub.images import decoders, focus, making, presets, renditions
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import MIDDLE, Rendered, Spec
from imagehub.images.presets import Preset
from imagehub.lib.env import Fit
from imagehub.lib.errors import ImageNotFound, Invalid
from tests.images.conftest import Keep

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(ada: User, keep: Keep) -> Image:
    kept = keep(ada)
    for name in ("thumb", "avatar-64", "avatar-64;dpr:2", "social"):
        renditions.rendition(kept, name, Format.JPEG)
    return kept


def names() -> list[str]:
    return sorted(Rendition.objects.values_list("name", flat=True))


@pytest.mark.parametrize("place", [(0.25, 1.0), None])
def test_a_focus_is_kept_and_what_was_cut_is_made_anew(
    ada: User, image: Image, place: tuple[float, float] | None
) -> None:
    found = focus.set_focus(image.public_id, place, by=ada)
    image.refresh_from_db()
    assert (image.focus_x, image.focus_y) == (found.focus_x, found.focus_y) == (place or (None, None))
    assert names() == ["thumb.jpg"]


def test_others_and_places_beyond_the_picture_change_nothing(ada: User, bea: User, image: Image) -> None:
    before = names()
    with pytest.raises(ImageNotFound):
        focus.set_focus(image.public_id, (0.1, 0.1), by=bea)
    with pytest.raises(Invalid):
        focus.set_focus(image.public_id, (0.1, 1.1), by=ada)
    image.refresh_from_db()
    assert (image.focus_x, names()) == (None, before)


def test_what_was_being_cut_when_a_focus_was_set_is_cut_anew(
    ada: User, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, render, asked = keep(ada), decoders.render, list[Spec]()

    def interrupted(data: bytes, spec: Spec, pixels: int | None) -> Rendered:
        asked.append(spec)
        if len(asked) == 1:
            focus.set_focus(kept.public_id, (0.25, 1.0), by=ada)
        return render(data, spec, pixels)

    monkeypatch.setattr(decoders, "render", interrupted)
    made = renditions.rendition(kept, "avatar-64", Format.JPEG)

    assert [spec.focus for spec in asked] == [MIDDLE, (0.25, 1.0)]
    assert Rendition.objects.get() == made


@pytest.mark.parametrize(("fit", "left"), [("cover", 0), ("inside", 1)])
def test_sizes_of_the_installation_are_made_anew_where_they_cut(
    ada: User, keep: Keep, monkeypatch: pytest.MonkeyPatch, fit: Fit, left: int
) -> None:
    monkeypatch.setitem(presets.PRESETS, "size-card", Preset(30, 20, fit))
    making.read.cache_clear()
    kept = keep(ada)
    renditions.rendition(kept, "size-card;dpr:2", Format.JPEG)
    focus.set_focus(kept.public_id, (0.25, 1.0), by=ada)
    assert Rendition.objects.count() == left
