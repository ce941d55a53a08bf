"""What the pages of albums and links do and refuse, without script as with it."""

import re
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.editor.models import Edit
from imagehub.images import services as images
from imagehub.images.models import Image, Source
from imagehub.images.sharing.terms import Terms
from imagehub.library import albums as reading
from imagehub.library import browsing, shelving
from imagehub.library import services as library
from imagehub.library.browsing import Question
from imagehub.library.limits import LINKS
from imagehub.library.models import Album, AlbumItem, LinkItem, ShareLink
from imagehub.library.services import albums, sharing, succession
from imagehub.library.services.sharing import Wish
from imagehub.library.views import albums as pages
from tests.library.rows import image_of

pytestmark = pytest.mark.django_db

TERMS = {"days": "1", "policy": "drop", "allowed": "view"}


@pytest.fixture
def album(ada: User) -> Album:
    made = albums.create("Summer", owner=ada)
    return albums.add(made.public_id, [image_of(ada).public_id for _ in range(3)], by=ada)


def path(album: Album) -> str:
    return f"/library/albums/{album.public_id}/"


def shown(album: Album) -> list[str]:
    return [entry.image.public_id for entry in reading.entries_of(album, 0, 100) if entry.image]


def test_an_album_is_made_filled_and_deleted_by_forms(ada: User, visitor: Client) -> None:
    image = image_of(ada)
    assert visitor.post("/library/albums/", {"name": " "}).status_code == 400
    made = visitor.post("/library/albums/", {"name": "Summer"})
    page = made.headers["Location"]
    album = Album.objects.get()
    assert (made.status_code, page) == (302, path(album))

    assert image.public_id in visitor.get(page).content.decode()
    assert visitor.post(page, {"action": "add", "images": [image.public_id]}).status_code == 302
    assert visitor.post(page, {"action": "rename", "name": "Winter"}).status_code == 302
    cards = visitor.get("/library/albums/").content.decode()
    assert "Winter" in cards
    assert "1 picture " in cards
    assert visitor.post(page, {"action": "delete"}).headers["Location"] == "/library/albums/"
    assert (Album.objects.count(), Image.objects.count()) == (0, 1)


def test_pictures_are_moved_taken_out_and_put_on_the_cover(visitor: Client, album: Album) -> None:
    a, b, c = shown(album)
    for action, image, after in (
        ("later", a, [b, a, c]),
        ("later", c, [b, a, c]),
        ("earlier", c, [b, c, a]),
        ("earlier", b, [b, c, a]),
        ("remove", c, [b, a]),
    ):
        assert visitor.post(path(album), {"action": action, "image": image}).status_code == 302
        assert shown(album) == after
    visitor.post(path(album), {"action": "cover", "image": a})
    assert reading.card(album)["cover"] == a


def test_what_is_not_there_is_not_said_to_be_done(ada: User, bea: User, visitor: Client, album: Album) -> None:
    elsewhere, hers = image_of(ada).public_id, image_of(bea).public_id
    shelving.catch_up(ada)
    before = list(album.items.values_list("entry", "position"))
    stranger = Client()
    stranger.force_login(bea)

    for fields in (
        {"action": "earlier", "image": elsewhere},
        {"action": "later", "image": "nothing"},
        {"action": "cover", "image": elsewhere},
        {"action": "add", "images": [hers]},
        {"action": "revoke", "link": "nothing"},
    ):
        assert visitor.post(path(album), fields).status_code == 404, fields
    assert visitor.post(path(album), {"action": "burn"}).status_code == 400
    assert visitor.post(path(album), {"action": "add"}).status_code == 400
    assert stranger.get(path(album)).status_code == 404
    assert stranger.post(path(album), {"action": "delete"}).status_code == 404
    assert Client().get(path(album)).headers["Location"].startswith("/accounts/login/")
    assert list(album.items.values_list("entry", "position")) == before


def test_a_long_album_is_turned_by_pages(visitor: Client, album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    third = shown(album)[2]

    first = visitor.get(path(album)).content.decode()
    last = visitor.get(f"{path(album)}?page=99&part=items").content.decode()

    assert first.count('class="pin"') == 2
    assert f'data-following="{third}"' in first
    assert re.findall(r'data-pin="(\w+)"', last) == [third]
    assert "data-following" not in last


def test_chosen_pictures_go_to_an_album_or_behind_a_link(ada: User, visitor: Client, album: Album) -> None:
    chosen = [image_of(ada).public_id, image_of(ada).public_id]
    post = "/library/chosen/"

    assert "Summer" in visitor.post(post, {"images": chosen}).content.decode()
    added = visitor.post(post, {"images": chosen, "action": "add", "album": album.public_id})
    assert added.headers["Location"] == path(album)
    assert shown(album)[3:] == chosen
    visitor.post(post, {"images": chosen, "action": "new", "name": "Winter"})
    assert shown(Album.objects.get(name="Winter")) == chosen
    shared = visitor.post(post, {"images": chosen, "action": "share", "name": "Two", **TERMS})
    address = urlsplit(re.findall(r'id="fresh" readonly value="([^"]+)"', shared.content.decode())[0]).path
    assert "Two" in Client().get(address).content.decode()
    part = visitor.post(post, {"images": chosen, "part": "share"}).content.decode()
    assert "<html" not in part
    assert "Make a link" in part
    links = visitor.get("/library/links/").content.decode()
    assert "Two" in links
    assert visitor.post("/library/links/", {"link": ShareLink.objects.get().public_id}).status_code == 302
    assert Client().get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_choice_that_the_library_has_not_looked_at_is_shown(ada: User, visitor: Client) -> None:
    chosen = [image_of(ada).public_id, image_of(ada).public_id]
    page = visitor.post("/library/chosen/", {"images": chosen})
    assert (page.status_code, page.content.decode().count("choice-item")) == (200, 2)
    shared = visitor.post("/library/chosen/", {"images": chosen, "action": "share", **TERMS})
    assert (shared.status_code, 'id="fresh"' in shared.content.decode()) == (200, True)


def test_refused_choices_leave_no_trace(ada: User, bea: User, visitor: Client, album: Album) -> None:
    mine, hers = image_of(ada).public_id, image_of(bea).public_id
    other = albums.create("Hers", owner=bea)
    before = AlbumItem.objects.count()

    for fields, status in (
        ({}, 400),
        ({"images": [hers]}, 404),
        ({"images": [mine], "action": "burn"}, 400),
        ({"images": [mine], "action": "add", "album": other.public_id}, 404),
        ({"images": [mine], "action": "add"}, 404),
        ({"images": [mine], "action": "new", "name": ""}, 400),
        ({"images": [hers], "action": "new", "name": "Winter"}, 404),
        ({"images": [mine], "action": "share", **TERMS, "password": "short"}, 400),
        ({"images": [mine], "action": "share", **TERMS, "allowed": "all"}, 400),
        ({"images": [mine, hers], "action": "share", **TERMS}, 404),
    ):
        assert visitor.post("/library/chosen/", fields).status_code == status, fields
    assert (AlbumItem.objects.count(), ShareLink.objects.count(), Album.objects.count()) == (before, 0, 2)
    assert visitor.get("/library/chosen/").status_code == 302


def test_links_are_made_as_often_by_the_pages_as_by_the_api(
    ada: User, visitor: Client, album: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # requests are counted by the minute, which may end meanwhile
    client = APIClient()
    client.force_authenticate(ada)
    assert {client.get("/api/v1/library/links").status_code for _ in range(LINKS.requests - 2)} == {200}

    fields = {"action": "share", **TERMS}
    chosen = {**fields, "images": shown(album)}
    assert visitor.post(path(album), fields).status_code == 200
    assert visitor.post("/library/chosen/", chosen).status_code == 200
    assert visitor.post(path(album), fields).status_code == 429
    assert visitor.post("/library/chosen/", chosen).status_code == 429
    assert ShareLink.objects.count() == 2


def revised(parent: Image) -> Edit:
    """Put a revision in an image's place, as the editor does."""
    owner = parent.owner
    made = image_of(owner, source=Source.EDIT)
    edit = Edit.objects.create(
        owner=owner, image=made, parent=parent, parent_id_told=parent.public_id, recipe_json="[]", is_revision=True
    )
    images.relist(Image.objects.filter(pk__in=[parent.pk, made.pk]))
    return edit


def test_a_revision_takes_its_pictures_place_and_gives_it_back(ada: User, album: Album) -> None:
    a, b, c = shown(album)
    parent = Image.objects.get(public_id=b)
    albums.change(album.public_id, {"cover": b}, by=ada)
    sharing.share_images([b, a], Wish(Terms()), owner=ada)

    first, second = revised(parent), revised(parent)
    succession.catch_up(ada)
    assert shown(album) == [a, second.image.public_id, c]
    album.refresh_from_db()
    assert reading.card(album)["cover"] == second.image.public_id
    items = LinkItem.objects.in_order().values_list("entry__image__public_id", flat=True)
    assert list(items) == [second.image.public_id, a]

    for edit, shows in ((second, first.image.public_id), (first, b)):
        Edit.objects.filter(pk=edit.pk).update(reverted_at="2026-01-01T00:00:00Z")
        images.relist(Image.objects.filter(owner=ada))
        succession.catch_up(ada)
        assert shown(album) == [a, shows, c]


def test_a_revision_of_a_revision_takes_the_place_of_both(ada: User, album: Album) -> None:
    a, b, c = shown(album)
    parent = Image.objects.get(public_id=b)
    first = revised(parent)
    second = revised(first.image)

    succession.catch_up(ada)
    assert shown(album) == [a, second.image.public_id, c]
    Edit.objects.filter(pk=second.pk).update(reverted_at="2026-01-01T00:00:00Z")
    images.relist(Image.objects.filter(owner=ada))
    succession.catch_up(ada)
    assert shown(album) == [a, first.image.public_id, c]
    third = revised(first.image)
    fourth = revised(third.image)
    succession.catch_up(ada)
    assert shown(album) == [a, fourth.image.public_id, c]


def test_a_look_at_what_is_up_to_date_asks_little(ada: User, album: Album, django_assert_num_queries: Any) -> None:
    sharing.share_images([shown(album)[0]], Wish(Terms()), owner=ada)
    succession.catch_up(ada)
    with django_assert_num_queries(4):
        succession.catch_up(ada)


def test_a_revision_that_is_there_already_is_there_once(ada: User, album: Album) -> None:
    a, b, c = shown(album)
    edit = revised(Image.objects.get(public_id=b))
    albums.add(album.public_id, [edit.image.public_id], by=ada)

    succession.catch_up(ada)

    assert shown(album) == [a, c, edit.image.public_id]
    assert album.items.count() == 3


def test_a_picture_stays_in_its_albums_and_links_whatever_becomes_of_its_revision(ada: User, album: Album) -> None:
    a, b, c = shown(album)
    sharing.share_images([b], Wish(Terms()), owner=ada)
    revision = revised(Image.objects.get(public_id=b)).image
    succession.catch_up(ada)

    for change, shows in [
        (library.bin, b),
        (library.restore, revision.public_id),
        (library.bin, b),
        (library.restore, revision.public_id),
        (library.remove, b),
    ]:
        change([revision.public_id], by=ada)
        assert shown(album) == [a, shows, c]
        assert list(LinkItem.objects.values_list("entry__image__public_id", flat=True)) == [shows]
    assert browsing.find(ada, Question(album=album.public_id)).total == 3
