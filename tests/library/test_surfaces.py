"""What each surface says of its images is what the library shows."""

import pytest

from accounts.models import User
from avatars import services as avatars
from generated import services as generated
from generated.models import Status
from imagehub.editor import services as editor
from imagehub.editor.models import Kept
from imagehub.editor.recipes import ordered
from imagehub.images.models import Image, Source
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.formats import Format
from imagehub.library import browsing, services
from imagehub.library.browsing import Question, Side
from publications import uploads
from publications.services import photos, publications
from publications.services.publications import Draft
from tests.generated.conftest import Give, image_of, png

__all__ = ["image_of"]  # a fixture of theirs
pytestmark = pytest.mark.django_db

GREY = [{"op": "grayscale"}]


def shown(owner: User) -> list[tuple[str, str]]:
    found = browsing.find(owner, Question())
    return [(entry.picture.source, entry.title) for entry in browsing.entries(owner, found, 0, 50)]


def edited(image: Image, by: User, kept: Kept, recipe: object = GREY) -> Image:
    order = ordered(image.public_id, recipe, by=by)
    return editor.save(order, Output(Format.JPEG, 85), by=by, kept=kept).image


def test_generated_images_go_by_their_prompt_and_not_while_in_their_own_bin(ada: User, image_of: Give) -> None:
    fox = image_of(ada, "a red fox\nin the snow")
    assert shown(ada) == [(Source.GENERATED, "a red fox in the snow")]
    generated.change_status(fox.public_id, Status.DELETED, by=ada)
    assert shown(ada) == []
    generated.restore(fox.public_id, by=ada)
    assert shown(ada) == [(Source.GENERATED, "a red fox in the snow")]
    generated.delete(fox.public_id, by=ada)
    assert shown(ada) == []


def test_the_default_picture_which_nobody_chose_is_left_out(ada: User) -> None:
    avatars.create_default(ada)
    assert shown(ada) == []
    avatars.add(services.judged(png("navy")), owner=ada, by=ada)
    assert shown(ada) == [(Source.PICTURE, "")]


def test_an_edit_goes_by_the_title_of_its_original(ada: User) -> None:
    harbour = services.keep(png(), "Harbour.png", by=ada)
    edited(harbour.picture, ada, Kept.COPY)
    assert shown(ada) == [(Source.EDIT, "Harbour"), (Source.LIBRARY, "Harbour")]


def test_an_edit_follows_the_title_of_its_original(ada: User) -> None:
    boat = publications.create(Draft("A red boat"), owner=ada, by=ada)
    photo = photos.add(uploads.judge(png("red")), boat.public_id, by=ada).image
    grandchild = edited(edited(photo, ada, Kept.COPY), ada, Kept.COPY)
    for title in ("A red boat", "Sold"):
        publications.change(boat.public_id, {"title": title}, by=ada)
        for _generation in range(3):
            shown(ada)
        assert {said for _source, said in shown(ada)} == {title}

    services.retitle(photo.public_id, "Ours", by=ada)
    for _generation in range(2):
        shown(ada)
    assert shown(ada) == [(Source.EDIT, "Ours"), (Source.EDIT, "Ours"), (Source.PUBLICATION, "Ours")]
    assert browsing.find(ada, Question(words=("sold",))).total == 0
    services.retitle(grandchild.public_id, "Mine", by=ada)
    assert shown(ada)[0] == (Source.EDIT, "Mine")


def test_a_revision_stands_in_the_place_of_its_original_until_it_goes(ada: User) -> None:
    harbour = services.keep(png(), "Harbour.png", by=ada).picture
    first = edited(harbour, ada, Kept.REVISION)
    assert shown(ada) == [(Source.EDIT, "Harbour")]
    second = edited(harbour, ada, Kept.REVISION, [{"op": "sepia"}])
    assert [entry.image for entry in browsing.entries(ada, browsing.find(ada, Question()), 0, 9)] == [second]

    editor.revert(second.edit.public_id, by=ada)
    assert [entry.image for entry in browsing.entries(ada, browsing.find(ada, Question()), 0, 9)] == [first]
    services.remove([first.public_id], by=ada)
    assert shown(ada) == [(Source.LIBRARY, "Harbour")]


def test_a_revision_in_the_bin_gives_its_place_back_and_takes_it_again_when_it_is_restored(ada: User) -> None:
    harbour = services.keep(png(), "Harbour.png", by=ada).picture
    revision = edited(harbour, ada, Kept.REVISION)
    edited(revision, ada, Kept.COPY)

    def shows(side: Side = Side.LIVE) -> list[Image]:
        found = browsing.find(ada, Question(side=side, source="" if side is Side.BIN else "library"))
        return [entry.picture for entry in browsing.entries(ada, found, 0, 9)]

    assert shows() == []
    services.bin([revision.public_id], by=ada)
    assert (shows(), shows(Side.BIN)) == ([harbour], [revision])
    services.restore([revision.public_id], by=ada)
    assert (shows(), shows(Side.BIN)) == ([], [])


def test_what_hides_behind_another_picture_is_seen_in_the_bin(ada: User) -> None:
    harbour = services.keep(png(), "Harbour.png", by=ada).picture
    revision = edited(harbour, ada, Kept.REVISION)
    services.bin([harbour.public_id], by=ada)
    assert shown(ada) == [(Source.EDIT, "Harbour")]
    [binned] = browsing.entries(ada, browsing.find(ada, Question(side=Side.BIN)), 0, 9)
    assert (binned.picture, revision.edit.reverted_at) == (harbour, None)
