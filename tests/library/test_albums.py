"""Albums: chosen pictures of one library in an order, private, bounded, and true to what becomes of the pictures."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import User
from imagehub.api import shelves
from imagehub.events.models import Event
from imagehub.images.models import Image, Source
from imagehub.images.sharing.terms import Terms
from imagehub.lib.errors import Conflict
from imagehub.library import albums as reading
from imagehub.library import services, shelving, terms
from imagehub.library.models import Album, AlbumItem, Entry, LinkItem, ShareLink
from imagehub.library.services import albums, sharing
from tests.crowds import at_once
from tests.library.rows import image_of

Api = Callable[..., APIClient]
ALBUMS = "/api/v1/library/albums"

pytestmark = pytest.mark.django_db


@pytest.fixture
def album(ada: User) -> Album:
    return albums.create("Summer", owner=ada)


def fill(album: Album, *images: Image) -> Album:
    return albums.add(album.public_id, [image.public_id for image in images], by=album.owner)


def shown(album: Album) -> list[str]:
    return [entry.image.public_id for entry in reading.entries_of(album, 0, 10_000) if entry.image]


def names(*images: Image) -> list[str]:
    return [image.public_id for image in images]


def on_shelf(album: Album) -> int:
    return shelves.find(terms.shelf_of(album.owner_id), [terms.of_album(album.public_id), terms.LIVE]).total


def everything() -> object:
    counts = [model.objects.count() for model in (Album, AlbumItem, ShareLink, LinkItem, Event)]
    return counts, list(AlbumItem.objects.order_by("id").values_list("entry_id", "position")), list(names_of_albums())


def names_of_albums() -> Any:
    return Album.objects.order_by("id").values_list("name", "cover", "updated_at")


def test_an_album_is_made_filled_ordered_and_emptied(ada: User, api: Api) -> None:
    client = api(ada)
    a, b, c = (image_of(ada) for _ in range(3))

    made = client.post(ALBUMS, {"name": "  Summer \n 2026 "}, format="json")
    assert made.status_code == 201
    assert made.json() | {"id": "", "createdAt": "", "updatedAt": ""} == {
        "id": "",
        "name": "Summer 2026",
        "count": 0,
        "cover": None,
        "coverUrl": None,
        "createdAt": "",
        "updatedAt": "",
    }
    path = f"{ALBUMS}/{made.json()['id']}"
    assert made.headers["Location"].endswith(path)

    assert client.post(f"{path}/items", {"images": names(a, b, c)}, format="json").json()["count"] == 3
    moved = client.put(f"{path}/items/order", {"images": names(c), "before": a.public_id}, format="json")
    assert (moved.status_code, moved.json()["cover"]) == (200, c.public_id)
    assert [item["id"] for item in client.get(f"{path}/items").json()["items"]] == names(c, a, b)
    assert client.patch(path, {"cover": b.public_id}, format="json").json()["cover"] == b.public_id
    assert client.post(f"{path}/items/remove", {"images": names(b, a)}, format="json").json()["count"] == 1
    assert client.get(path).json()["cover"] == c.public_id
    assert client.patch(path, {"name": "Summer"}, format="json").json()["name"] == "Summer"
    assert [(one["name"], one["count"]) for one in client.get(ALBUMS).json()["items"]] == [("Summer", 1)]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert Image.objects.count() == 3
    kinds = Event.objects.filter(kind__startswith="album.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["album.created", *["album.changed"] * 5, "album.deleted"]


def test_the_library_lists_an_album(ada: User, api: Api, album: Album) -> None:
    a, b, _ = (image_of(ada) for _ in range(3))
    fill(album, a, b)
    path = f"/api/v1/library?album={album.public_id}"

    assert {item["id"] for item in api(ada).get(path).json()["items"]} == set(names(a, b))
    services.bin([a.public_id], by=ada)
    assert [item["id"] for item in api(ada).get(path).json()["items"]] == names(b)
    services.restore([a.public_id], by=ada)
    assert on_shelf(album) == 2
    albums.remove(album.public_id, names(a), by=ada)
    assert on_shelf(album) == 1
    albums.delete(album.public_id, by=ada)
    assert on_shelf(album) == 0


def test_a_long_album_comes_in_parts(ada: User, api: Api, album: Album) -> None:
    images = [image_of(ada) for _ in range(5)]
    fill(album, *images)
    path = f"{ALBUMS}/{album.public_id}/items?limit=2"

    told, cursor = [], ""
    for _ in range(3):
        part = api(ada).get(f"{path}&cursor={cursor}").json()
        told += [item["id"] for item in part["items"]]
        assert part["total"] == 5
        cursor = part["next"]

    assert told == names(*images)
    assert cursor is None


MOVES: list[tuple[str, str, str]] = [
    ("e", "a", "eabcd"),
    ("a", "", "bcdea"),
    ("bd", "a", "bdace"),
    ("db", "", "acedb"),
    ("edcba", "", "edcba"),
    ("c", "d", "abcde"),
    ("ab", "c", "abcde"),
]


@pytest.mark.parametrize(("moved", "before", "after"), MOVES)
@pytest.mark.parametrize("gap", [1, 2, 1024])
def test_pictures_move_whatever_room_there_is(
    ada: User, album: Album, monkeypatch: pytest.MonkeyPatch, moved: str, before: str, after: str, gap: int
) -> None:
    monkeypatch.setattr(albums, "GAP", gap)
    images = {letter: image_of(ada) for letter in "abcde"}
    fill(album, *images.values())

    for _ in range(2):  # the second time there is nothing to do
        albums.move(
            album.public_id,
            [images[letter].public_id for letter in moved],
            images[before].public_id if before else "",
            by=ada,
        )
        assert shown(album) == [images[letter].public_id for letter in after]

    places = list(album.items.values_list("position", flat=True))
    assert len(set(places)) == 5


def test_doing_the_same_again_changes_nothing(ada: User, album: Album) -> None:
    a, b = image_of(ada), image_of(ada)
    fill(album, a, b)
    albums.change(album.public_id, {"cover": b.public_id}, by=ada)
    before = everything()

    fill(album, a, b, a)
    albums.change(album.public_id, {"name": "Summer", "cover": b.public_id}, by=ada)
    albums.move(album.public_id, names(a, b), "", by=ada)
    albums.remove(album.public_id, ["nowhere"], by=ada)

    assert everything() == before


def test_an_album_with_a_key_is_made_once(ada: User, api: Api) -> None:
    key = {"Idempotency-Key": "k"}
    answers = [api(ada).post(ALBUMS, {"name": "Summer"}, format="json", headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Album.objects.count() == 1


REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("post", "", {"name": ""}, 400),
    ("post", "", {"name": "x" * 101}, 400),
    ("post", "", {}, 400),
    ("patch", "/{album}", {"name": " \u202e "}, 400),
    ("patch", "/{album}", {"name": "Other", "cover": "{mine}"}, 404),
    ("patch", "/{album}", {"cover": "{binned}"}, 404),
    ("post", "/{album}/items", {"images": "nothing"}, 400),
    ("post", "/{album}/items", {"images": []}, 400),
    ("post", "/{album}/items", {"images": ["x"] * 1001}, 400),
    ("post", "/{album}/items", {"images": ["{mine}", "nowhere"]}, 404),
    ("post", "/{album}/items", {"images": ["{hers}"]}, 404),
    ("post", "/{album}/items", {"images": ["{mine}", "{binned}"]}, 404),
    ("put", "/{album}/items/order", {"images": ["{inside}"], "before": "{inside}"}, 400),
    ("put", "/{album}/items/order", {"images": ["{mine}"]}, 404),
    ("put", "/{album}/items/order", {"images": ["{inside}"], "before": "{mine}"}, 404),
    ("get", "/{album}/items?cursor=-1", {}, 400),
    ("get", "/{album}/items?limit=201", {}, 400),
    ("post", "/nowhere/items", {"images": ["{mine}"]}, 404),
    ("delete", "/nowhere", {}, 404),
]


def test_what_is_refused_leaves_no_trace(ada: User, bea: User, api: Api, album: Album) -> None:
    inside, mine, binned, hers = image_of(ada), image_of(ada), image_of(ada), image_of(bea)
    fill(album, inside, binned)
    services.bin([binned.public_id], by=ada)
    shelving.catch_up(ada)
    told = {"inside": inside, "mine": mine, "binned": binned, "hers": hers}
    ids = {"album": str(album.public_id), **{name: image.public_id for name, image in told.items()}}
    client, before = api(ada), everything()

    for method, path, body, status in REFUSED:
        answer = getattr(client, method)(f"{ALBUMS}{path.format(**ids)}", _filled(body, ids), format="json")
        assert answer.status_code == status, (method, path, body)
        assert everything() == before, (method, path, body)


def _filled(body: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    return {
        name: [each.format(**ids) for each in value] if isinstance(value, list) else value.format(**ids)
        for name, value in body.items()
    }


def test_to_others_an_album_is_not_there(ada: User, bea: User, staff: User, album: Album, api: Api) -> None:
    fill(album, image_of(ada))
    hers = image_of(bea).public_id
    path, client = f"{ALBUMS}/{album.public_id}", api(bea)
    before = everything()

    answers = [
        client.get(path),
        client.get(f"{path}/items"),
        client.patch(path, {"name": "Mine"}, format="json"),
        client.delete(path),
        client.post(f"{path}/items", {"images": [hers]}, format="json"),
        client.post(f"{path}/items/remove", {"images": [hers]}, format="json"),
        client.put(f"{path}/items/order", {"images": [hers]}, format="json"),
        client.get(f"/api/v1/library/links?album={album.public_id}"),
        client.post("/api/v1/library/links", {"album": album.public_id}, format="json"),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert answers[0].json() == client.get(f"{ALBUMS}/nowhere").json()
    assert client.get(ALBUMS).json() == {"items": []}
    assert api().get(ALBUMS).status_code == 401
    assert everything() == before
    assert api(staff).get(path).json()["count"] == 1


def test_what_is_binned_is_not_shown_and_comes_back_to_its_place(ada: User, album: Album) -> None:
    a, b, c = (image_of(ada) for _ in range(3))
    fill(album, a, b, c)

    services.bin([b.public_id], by=ada)
    assert shown(album) == names(a, c)
    assert reading.card(album)["count"] == 2
    albums.move(album.public_id, names(c), a.public_id, by=ada)
    services.restore([b.public_id], by=ada)
    assert shown(album) == names(c, a, b)

    services.remove([b.public_id], by=ada)
    assert shown(album) == names(c, a)
    shelving.catch_up(ada)
    assert AlbumItem.objects.count() == 2


def test_a_cover_that_is_binned_gives_way_to_the_first(ada: User, album: Album) -> None:
    a, b = image_of(ada), image_of(ada)
    fill(album, a, b)
    albums.change(album.public_id, {"cover": b.public_id}, by=ada)

    services.bin([b.public_id], by=ada)
    assert reading.card(reading.seen_by(ada, album.public_id))["cover"] == a.public_id
    services.restore([b.public_id], by=ada)
    assert reading.card(reading.seen_by(ada, album.public_id))["cover"] == b.public_id


def test_there_is_room_for_so_many(ada: User, album: Album, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "MOST_ITEMS", 2)
    monkeypatch.setattr(albums, "MOST_ALBUMS", 1)
    monkeypatch.setattr(sharing, "MOST_LINKS", 1)
    fill(album, image_of(ada), image_of(ada))
    sharing.share_album(album.public_id, sharing.Wish(Terms()), by=ada)
    third = image_of(ada).public_id
    shelving.catch_up(ada)
    before = everything()

    answers = [
        api(ada).post(f"{ALBUMS}/{album.public_id}/items", {"images": [third]}, format="json"),
        api(ada).post(ALBUMS, {"name": "Second"}, format="json"),
        api(ada).post("/api/v1/library/links", {"album": album.public_id}, format="json"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "CONFLICT")] * 3
    assert [answer.json()["details"] for answer in answers] == [{"limit": 2}, {"limit": 1}, {"limit": 1}]
    assert everything() == before


def test_a_list_of_albums_costs_the_same_however_many_there_are(
    ada: User, api: Api, django_assert_max_num_queries: Any
) -> None:
    image = image_of(ada)
    for number in range(12):
        fill(albums.create(f"Album {number}", owner=ada), image)
    client = api(ada)
    client.get(ALBUMS)

    with django_assert_max_num_queries(8):
        answer = client.get(ALBUMS)

    assert len(answer.json()["items"]) == 12


def test_erasing_an_account_takes_its_albums_and_links_along(ada: User, bea: User, album: Album) -> None:
    image = image_of(ada)
    fill(album, image)
    sharing.share_album(album.public_id, sharing.Wish(Terms()), by=ada)
    sharing.share_images([image.public_id], sharing.Wish(Terms()), owner=ada)
    hers = albums.create("Hers", owner=bea)

    accounts.erase_account(ada, by=ada)

    assert list(Album.objects.all()) == [hers]
    assert [model.objects.count() for model in (AlbumItem, ShareLink, LinkItem, Entry)] == [0] * 4


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_put_in_more_than_there_is_room_for(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "MOST_ITEMS", 5)
    own = albums.create("Summer", owner=ada)
    images = [image_of(ada) for _ in range(8)]

    def add(image: Image) -> bool:
        try:
            fill(own, image)
        except Conflict:
            return False
        return True

    done = at_once([lambda image=image: add(image) for image in [*images, *images]])  # type: ignore[misc]  # mypy infers no lambda with a default

    assert own.items.count() == 5
    assert len(set(own.items.values_list("position", flat=True))) == 5
    assert on_shelf(own) == 5
    assert True in done


def test_a_picture_of_another_surface_leaves_an_album_with_its_source(ada: User, album: Album) -> None:
    photo = image_of(ada, source=Source.PUBLICATION, is_public=True)
    fill(album, photo)

    Image.objects.filter(pk=photo.pk).delete()
    shelving.catch_up(ada)

    assert shown(album) == []
    assert AlbumItem.objects.count() == 0
