"""A link out of a library: it leads there for whoever has it, as long as it holds, and gives away what was agreed."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import KeyDraft, create_key, create_service_key
from generated import reading
from generated import services as generated
from generated.models import Status
from imagehub.api.models import Answer
from imagehub.events.models import Event
from imagehub.images import services as images
from imagehub.images import storage
from imagehub.images.models import Image
from imagehub.images.pipeline.recipes import Policy
from imagehub.images.sharing.terms import Terms
from imagehub.library import exhibition, services
from imagehub.library.models import Album, Allowed, LinkItem, ShareLink
from imagehub.library.services import albums, sharing
from imagehub.library.services.sharing import Wish
from tests.crowds import at_once
from tests.generated.conftest import png
from tests.images.sharing.reading import addresses, text
from tests.library.rows import image_of

Api = Callable[..., APIClient]
Photo = Callable[..., bytes]
Share = Callable[..., str]
LINKS = "/api/v1/library/links"
SECRET = "open sesame please"
PROMPT = "a secret fox"
TITLE = "Grandmother asleep"

pytestmark = pytest.mark.django_db


def kept(owner: User, data: bytes, title: str = TITLE) -> Image:
    entry = services.keep(data, f"{title}.jpg", by=owner)
    assert entry.image
    return entry.image


def drawn(owner: User) -> Image:
    draft = reading.draft(PROMPT, png(), {"seed": 4711, "model": "dreamer-3"})
    return generated.generate(draft, owner=owner, by=owner)[0].image


@pytest.fixture
def pictures(ada: User, photo: Photo) -> list[Image]:
    return [kept(ada, photo()), drawn(ada)]


@pytest.fixture
def album(ada: User, pictures: list[Image]) -> Album:
    made = albums.create("Summer", owner=ada)
    return albums.add(made.public_id, [image.public_id for image in pictures], by=ada)


@pytest.fixture
def share(ada: User, album: Album) -> Share:
    """Share the album, or pictures, and return the address of the page."""

    def make(chosen: list[Image] | None = None, allowed: Allowed = Allowed.VIEW, name: str = "", **said: Any) -> str:
        wish = Wish(Terms(**said), allowed, name)
        if chosen is None:
            _, token = sharing.share_album(album.public_id, wish, by=ada)
        else:
            _, token = sharing.share_images([image.public_id for image in chosen], wish, owner=ada)
        return f"/l/{token}"

    return make


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def counts() -> list[tuple[int, int]]:
    return list(ShareLink.objects.order_by("pk").values_list("opened_count", "downloaded_count"))


def test_a_stranger_sees_an_album(client: Client, share: Share) -> None:
    page = text(client, share())

    assert "Summer" in page
    assert "Shared by ada" in page
    assert page.count("data-lightbox-item") == 2
    assert page.count(">AI</span>") == 1
    assert addresses(page)
    assert {client.get(address).status_code for address in addresses(page)} == {200}
    assert counts() == [(1, 0)]


def test_chosen_pictures_are_shown_in_their_order_under_their_name(
    client: Client, share: Share, pictures: list[Image]
) -> None:
    first, second = pictures
    page = text(client, share([second, first], name=" For  Bob "))

    assert '<h1 dir="auto">For Bob</h1>' in page
    assert re.findall(r'<li class="shared-picture" id="(\w+)"', page) == [second.public_id, first.public_id]
    assert '<h1 dir="auto">Pictures</h1>' in text(client, share([first]))


def test_a_link_is_made_listed_and_taken_back(
    ada: User, bea: User, api: Api, album: Album, pictures: list[Image]
) -> None:
    client = api(ada)
    to_album = client.post(
        LINKS, {"album": album.public_id, "recipient": "Bob", "allowed": "download", "password": SECRET}, format="json"
    )
    chosen = client.post(LINKS, {"images": [pictures[0].public_id], "name": "One"}, format="json")

    assert [to_album.status_code, chosen.status_code] == [201, 201]
    listed = client.get(LINKS).json()["items"]
    told = [(one["name"], one["album"], one["recipient"], one["allowed"], one["hasPassword"]) for one in listed]
    assert told == [("One", None, "", "view", False), ("Summer", album.public_id, "Bob", "download", True)]
    assert [one["id"] for one in client.get(f"{LINKS}?album={album.public_id}").json()["items"]] == [
        to_album.json()["id"]
    ]
    one = f"{LINKS}/{chosen.json()['id']}"
    page = urlsplit(chosen.json()["url"]).path
    assert Client().get(page).status_code == 200
    assert client.get(one).json()["openedCount"] == 1
    assert [api(bea).get(one).status_code, api(bea).delete(one).status_code] == [404, 404]

    assert [client.delete(one).status_code, client.delete(one).status_code] == [204, 404]
    assert Client().get(page).status_code == 404
    assert len(client.get(LINKS).json()["items"]) == 1


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({}, 400),
    ({"images": []}, 400),
    ({"images": ["nowhere"]}, 404),
    ({"images": ["{mine}", "{hers}"]}, 404),
    ({"album": "nowhere"}, 404),
    ({"images": ["{mine}"], "expires_at": "2020-01-01T00:00:00Z"}, 400),
    ({"images": ["{mine}"], "expires_at": "2999-01-01T00:00:00Z"}, 400),
    ({"images": ["{mine}"], "password": "short"}, 400),
    ({"images": ["{mine}"], "policy": "give"}, 400),
    ({"images": ["{mine}"], "allowed": "all"}, 400),
    ({"images": ["{mine}"], "name": "x" * 101}, 400),
    ({"images": ["x"] * 501}, 400),
]


def test_what_is_refused_leaves_no_trace(ada: User, bea: User, api: Api, pictures: list[Image]) -> None:
    ids = {"mine": pictures[0].public_id, "hers": image_of(bea).public_id}
    before = Event.objects.count()

    for said, status in REFUSED:
        filled = {**said, "images": [one.format(**ids) for one in said.get("images", [])]}
        assert api(ada).post(LINKS, filled, format="json").status_code == status, said

    assert api().post(LINKS, {"images": [ids["mine"]]}, format="json").status_code == 401
    assert (ShareLink.objects.count(), LinkItem.objects.count(), Event.objects.count()) == (0, 0, before)


def test_only_a_digest_of_the_token_is_kept(ada: User, album: Album, api: Api, written: io.StringIO) -> None:
    made = api(ada).post(LINKS, {"album": album.public_id}, format="json", headers={"Idempotency-Key": "k"})
    token = made.json()["url"].split("/")[-1]
    Client().get(f"/l/{token}")

    assert len(token) == 32
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM library_sharelink")
        assert token not in str(cursor.fetchall())
    assert token not in str(list(Event.objects.values_list("data", flat=True)))
    assert not Answer.objects.exists()
    assert "/l/" in written.getvalue()
    assert token not in written.getvalue()
    assert token not in api(ada).get(LINKS).content.decode()


def test_a_link_to_look_at_gives_no_file_away(client: Client, share: Share, pictures: list[Image]) -> None:
    address = share()
    page = text(client, address)

    assert "download" not in page.lower().replace("data-text-download", "")
    assert not [each for each in addresses(page) if "/original." in each]
    ends = ["/pictures.zip", f"/{pictures[0].public_id}.jpg", f"/{pictures[1].public_id}.png"]
    assert [client.get(f"{address}{end}").status_code for end in ends] == [404] * 3
    assert counts() == [(1, 0)]


def test_titles_prompts_and_parameters_stay_at_home_unless_agreed(client: Client, share: Share) -> None:
    told = {}
    for policy in Policy:
        address = share(allowed=Allowed.DOWNLOAD, policy=policy)
        page = text(client, address)
        files = [client.get(each) for each in re.findall(r'href="(/l/[^"]+\.(?:png|jpg))" download aria', page)]
        archive = zipfile.ZipFile(io.BytesIO(body(client.get(f"{address}/pictures.zip"))))
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == [file.content for file in files]
        headers = " ".join(str(file.headers) for file in files)
        told[policy] = "".join(
            [page, headers, *archive.namelist(), *(file.content.decode("latin-1") for file in files)]
        )

    for secret in (PROMPT, "secret", "4711", "dreamer-3", TITLE, "grandmother"):
        assert secret not in told[Policy.DROP]
        assert secret in told[Policy.KEEP]
    assert "trainedAlgorithmicMedia" in told[Policy.DROP]


def test_what_is_downloaded_is_counted_and_looks_are_told_apart(
    client: Client, share: Share, pictures: list[Image]
) -> None:
    address = share(allowed=Allowed.DOWNLOAD)
    file = f"{address}/{pictures[0].public_id}.jpg"

    answer = client.get(file)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert answer.headers["Cache-Control"] == "private, no-store"
    body(client.get(f"{address}/pictures.zip"))
    for one in (address, file, f"{address}/pictures.zip"):
        assert client.head(one).status_code == 200
    client.get(f"{file[:-3]}png")

    assert counts() == [(0, 2)]
    text(client, address)
    text(client, f"{address}?page=1")
    text(client, f"{address}?page=%C2%B2")
    assert counts() == [(1, 2)]


def test_a_download_reaches_nothing_beside_what_is_shared(
    client: Client, ada: User, bea: User, photo: Photo, pictures: list[Image], share: Share
) -> None:
    other = kept(ada, photo(colour="red"), "elsewhere")
    hers = kept(bea, photo(colour="navy"), "hers")
    second = albums.create("Other", owner=ada)
    albums.add(second.public_id, [other.public_id], by=ada)

    for address in (share(allowed=Allowed.DOWNLOAD), share([pictures[0]], Allowed.DOWNLOAD)):
        for image in (other, hers):
            assert client.get(f"{address}/{image.public_id}.jpg").status_code == 404
        assert len(zipfile.ZipFile(io.BytesIO(body(client.get(f"{address}/pictures.zip")))).namelist()) < 3
    chosen_only = share([pictures[0]], Allowed.DOWNLOAD)
    assert client.get(f"{chosen_only}/{pictures[1].public_id}.png").status_code == 404


def test_what_the_owner_bins_hides_or_takes_out_is_gone_for_others_at_once(
    client: Client, ada: User, album: Album, pictures: list[Image], share: Share
) -> None:
    first, second = pictures
    to_album, to_both = share(allowed=Allowed.DOWNLOAD), share(pictures, Allowed.DOWNLOAD)
    file = f"/{first.public_id}.jpg"

    def seen(address: str) -> int:
        return text(client, address).count("data-lightbox-item")

    services.bin([first.public_id], by=ada)
    assert [seen(to_album), seen(to_both)] == [1, 1]
    assert [client.get(f"{one}{file}").status_code for one in (to_album, to_both)] == [404, 404]
    made = second.generated
    generated.change_status(made.public_id, Status.DELETED, by=ada)
    assert [seen(to_album), seen(to_both)] == [0, 0]
    services.restore([first.public_id], by=ada)
    albums.remove(album.public_id, [first.public_id], by=ada)
    assert [seen(to_album), seen(to_both)] == [0, 1]
    services.remove([first.public_id], by=ada)
    assert seen(to_both) == 0
    albums.delete(album.public_id, by=ada)
    assert client.get(to_album).status_code == 404


def test_a_long_album_is_shown_by_pages_and_leaves_whole(
    client: Client, ada: User, album: Album, share: Share, monkeypatch: pytest.MonkeyPatch, photo: Photo
) -> None:
    monkeypatch.setattr(exhibition, "PER_PAGE", 2)
    albums.add(album.public_id, [kept(ada, photo(colour="red")).public_id], by=ada)
    address = share(allowed=Allowed.DOWNLOAD)

    assert 'href="?page=2"' in text(client, address)
    second = text(client, f"{address}?page=2")
    assert second.count("data-lightbox-item") == 1
    assert '<ol class="shared-pictures" start="3">' in second
    assert text(client, f"{address}?page=999").count("data-lightbox-item") == 1
    assert len(zipfile.ZipFile(io.BytesIO(body(client.get(f"{address}/pictures.zip")))).namelist()) == 3


def test_two_archives_of_a_link_at_once_are_enough(share: Share, client: Client) -> None:
    address = share(allowed=Allowed.DOWNLOAD)
    first, second = (Client().get(f"{address}/pictures.zip") for _ in range(2))

    refused = Client().get(f"{address}/pictures.zip")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert counts() == [(0, 2)]
    body(first)
    assert client.get(f"{address}/pictures.zip").status_code == 200
    assert second.status_code == 200


def test_what_is_lost_is_named_and_the_rest_leaves(client: Client, share: Share, pictures: list[Image]) -> None:
    address = share(allowed=Allowed.DOWNLOAD)
    storage.delete(pictures[0].key)

    archive = zipfile.ZipFile(io.BytesIO(body(client.get(f"{address}/pictures.zip"))))

    assert archive.namelist() == [f"imagehub-{pictures[1].public_id}.png", "missing.txt"]
    assert client.get(f"{address}/{pictures[0].public_id}.jpg").status_code == 404


def test_the_page_says_in_data_what_a_model_made_and_nothing_more(client: Client, share: Share) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text(client, share()))
    assert found
    data = json.loads(found[1])

    assert data["name"] == "Summer"
    types = [image.get("digitalSourceType") for image in data["image"]]
    assert types == [None, "https://schema.org/TrainedAlgorithmicMediaDigitalSource"]


def test_a_key_opens_albums_and_links_if_it_is_for_images(ada: User, album: Album) -> None:
    def answers(*scopes: str) -> list[int]:
        key = create_key(ada, KeyDraft("own", scopes), by=ada).secret
        client = APIClient(HTTP_X_API_KEY=key)
        paths = ("/api/v1/library/albums", f"/api/v1/library/albums/{album.public_id}", LINKS)
        return [client.get(path).status_code for path in paths]

    assert answers("images") == [200, 200, 200]
    assert answers("publications", "events") == [403, 403, 403]


def test_a_service_has_no_albums_of_its_own(ada: User, staff: User, album: Album) -> None:
    client = APIClient(HTTP_X_API_KEY=create_service_key(KeyDraft("robot", ("images",)), by=staff).secret)

    assert client.get(f"/api/v1/library/albums/{album.public_id}").json()["count"] == 2
    assert client.get("/api/v1/library/albums").status_code == 403
    assert client.post("/api/v1/library/albums", {"name": "Mine"}, format="json").status_code == 403
    assert client.post(LINKS, {"images": ["x"]}, format="json").status_code == 403
    assert Album.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_looks_and_downloads_are_all_counted(share: Share, pictures: list[Image]) -> None:
    address = share(allowed=Allowed.DOWNLOAD)
    file = f"{address}/{pictures[0].public_id}.jpg"

    answers = at_once([lambda path=path: Client().get(path).status_code for path in [address, file] * 15])  # type: ignore[misc]  # mypy infers no lambda with a default

    assert answers == [200] * 30
    assert counts() == [(15, 15)]


def test_images_that_are_discarded_leave_their_links(client: Client, share: Share, pictures: list[Image]) -> None:
    address = share(pictures)

    images.discard([pictures[0]])

    assert text(client, address).count("data-lightbox-item") == 1


def test_an_archive_leaves_out_what_goes_meanwhile_and_nothing_else(ada: User) -> None:
    rows = [image_of(ada) for _ in range(exhibition.PER_PAGE + 2)]
    sharing.share_images([row.public_id for row in rows], Wish(Terms(), allowed=Allowed.DOWNLOAD), owner=ada)
    parts = iter(exhibition.parts_of(ShareLink.objects.get()))

    names = [next(parts).name]
    services.remove([rows[0].public_id, rows[-1].public_id], by=ada)
    names += [part.name for part in parts]
    assert names == [f"imagehub-{row.public_id}.jpg" for row in rows[:-1]]
