"""What is somebody's is nobody else's: no address of the document and no page shows it, takes it or changes it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.addresses import Ids, filled, named, pages
from tests.belongings import GREY, SECRET, belongings_of, own_of, signed_in
from tests.documents import document

Rows = dict[type[Any], dict[object, dict[str, object]]]

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

# What is everybody's by the contract: avatars that are worn, publications, and the picture for whoever has none.
OPEN = {
    "get /pictures/get-active-picture/{userId}",
    "post /pictures/create-default-picture/{userId}",
    "get /api/v1/publications/{publicationId}",
    "get /api/v1/publications/{publicationId}/images",
}
PUBLIC = "publications/{publicationId}/"
# Harvests are no one person's: whoever may not harvest is refused before.
HARVESTED = dict.fromkeys(["jobId", "database", "collection", "document", "documentId", "file"], "x")
# What has to be said for a wish to be judged at all; names in braces are hers.
BODIES: Mapping[str, Mapping[str, object]] = {
    "patch /api/images/{imageId}/status": {"status": "printed"},
    "patch /api/v1/boards/{boardId}": {"name": "mine"},
    "post /api/v1/boards/{boardId}/items": {"images": ["{generated}"]},
    "put /api/v1/boards/{boardId}/items": {"images": ["{generated}"]},
    "post /api/v1/library/albums/{albumId}/items": {"images": ["{imageId}"]},
    "put /api/v1/library/albums/{albumId}/items/order": {"images": ["{imageId}"]},
    "post /api/v1/library/albums/{albumId}/items/remove": {"images": ["{imageId}"]},
    "patch /api/v1/library/albums/{albumId}": {"name": "mine"},
    "patch /api/v1/library/{imageId}": {"title": "mine"},
    "patch /api/v1/edits/presets/{presetId}": {"name": "mine"},
    "patch /api/v1/publications/{publicationId}": {"title": "mine"},
    "put /api/v1/publications/{publicationId}/images/order": {"images": ["{imageUri}"]},
    "patch /api/v1/publications/{publicationId}/images/{imageUri}": {"altText": "mine"},
    "patch /api/v1/webhooks/{webhookId}": {"url": "http://127.0.0.1:9/mine"},
    "post /api/v1/webhooks/{webhookId}/replay": {"since": "2020-01-01T00:00:00Z"},
}
HER_MARK = [{"op": "watermark", "image": "{imageId}"}]
# Wishes about what is one's own that name what is hers.
NAMING: list[tuple[str, Mapping[str, object]]] = [
    ("edits", {"image": "{imageId}", "recipe": GREY}),
    ("edits", {"image": "{edited}", "recipe": GREY, "as": "revision"}),
    ("edits", {"image": "{mine}", "recipe": HER_MARK}),
    ("edits/preview", {"image": "{imageId}", "recipe": GREY}),
    ("edits/preview", {"image": "{mine}", "recipe": HER_MARK}),
    ("edits/render", {"image": "{generated}", "recipe": GREY}),
    ("edits/render", {"image": "{mine}", "recipe": HER_MARK}),
    ("renditions/sign", {"image": "{imageId}", "operations": GREY}),
    ("renditions/sign", {"image": "{mine}", "operations": HER_MARK}),
    ("library/batches", {"images": ["{imageId}"], "recipe": GREY}),
    ("library/batches", {"images": ["{mine}"], "recipe": HER_MARK}),
    ("library/links", {"album": "{albumId}"}),
    ("library/links", {"images": ["{imageId}"]}),
    ("library/links", {"images": ["{mine}", "{imageId}"]}),
    ("library/albums/{myAlbum}/items", {"images": ["{imageId}"]}),
    ("library/albums/{myAlbum}/items", {"images": ["{mine}", "{generated}"]}),
    ("boards/{myBoard}/items", {"images": ["{generated}"]}),
]
# What all forms of our pages take.
WRITTEN: Mapping[str, object] = {
    "images": ["{imageId}", "{generated}"],
    "image": "{imageId}",
    "album": "{albumId}",
    "link": "{linkId}",
    "picture": "{pictureId}",
    "file_name": "{fileName}",
    "title": "x",
    "name": "x",
    "days": "7",
    "allowed": "view",
    "policy": "drop",
    "schedule": "1",
    "pair": "1",
    "scopes": "images",
}


@pytest.fixture
def hers(bea: User, settings: Settings) -> Ids:
    settings.OUTBOUND_ALLOW, settings.THROTTLING = ["127.0.0.1:*"], False
    return belongings_of(bea)


def rows() -> Rows:
    """Return everything that the database holds, but for who is signed in."""
    kept = (model for model in apps.get_models() if model is not Session)
    return {model: {one.pk: _values(one) for one in model._base_manager.all()} for model in kept}  # noqa: SLF001  # Django's


def _values(row: Any) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001  # likewise


def touched(before: Rows, after: Rows, by: User) -> list[object]:
    """Return what is gone or different, and what is new and leans on what was there, but for whoever did it."""
    found: list[object] = []
    for model, rows_before in before.items():
        found += [(model, row) for key, row in rows_before.items() if after[model].get(key) != row and key != by.pk]
        for key in after[model].keys() - rows_before.keys():
            for field in model._meta.concrete_fields:  # noqa: SLF001  # likewise
                related, value = field.related_model, after[model][key][field.attname]
                is_theirs = related in before and value in before[related] and (related, value) != (User, by.pk)
                found += [(model, after[model][key])] if is_theirs else []
    return found


def operations() -> Iterator[tuple[str, str]]:
    """Return the method and address of each operation that names something of somebody's."""
    for path, methods in document()["paths"].items():
        if "{" in path and not path.startswith(("/avatar/", "/i/")):
            yield from ((method, path) for method in methods)


def test_no_operation_gives_or_takes_what_is_anothers(ada: User, hers: Ids) -> None:
    client, before = signed_in(ada), rows()
    statuses: dict[str, int] = {}
    for method, path in operations():
        name, ids = f"{method} {path}", {**HARVESTED, **named(path, hers)}
        answer = getattr(client, method)(filled(path, ids), filled(BODIES.get(name, {}), ids), format="json")
        statuses[name] = answer.status_code
        assert name in OPEN or SECRET.encode() not in answer.content, name

    assert len(statuses) > 55
    assert {name for name, status in statuses.items() if status not in {403, 404}} == OPEN
    assert touched(before, rows(), by=ada) == []


def test_no_wish_about_ones_own_takes_what_is_anothers(ada: User, hers: Ids) -> None:
    client = signed_in(ada)
    ids = {**hers, **own_of(client)}
    before = rows()
    for path, body in NAMING:
        answer = client.post(filled(f"/api/v1/{path}", ids), filled(body, ids), format="json")
        assert answer.status_code in {400, 403, 404}, (path, body, answer.content)
        assert SECRET.encode() not in answer.content, (path, body)
        assert rows() == before, (path, body)


def test_no_list_holds_what_is_anothers(ada: User, hers: Ids) -> None:
    client = signed_in(ada)
    lists = ["library", "library?bin=true", "library/albums", "library/links", "edits/presets", "boards", "webhooks"]
    lists += ["auth/api-keys", "publications?owner=me", f"edits?image={hers['imageId']}", "events"]
    lists += [f"library?album={hers['albumId']}", f"library/links?album={hers['albumId']}"]
    for path in [f"/api/v1/{one}" for one in lists] + ["/api/images"]:
        answer = client.get(path)
        assert answer.status_code in {200, 404}, path
        words = answer.content.decode()
        assert [name for name, value in hers.items() if name != "albumId" and value in words] == [], path
        assert SECRET not in words, path


def test_no_page_gives_or_takes_what_is_anothers(ada: User, hers: Ids) -> None:
    client, before = Client(raise_request_exception=False), rows()
    client.force_login(ada)
    statuses: dict[str, set[int]] = {}
    for page in pages():
        address = "/" + filled(page.path, {**named(page.path, hers), "verb": "off", "jobId": "x"})
        told = filled(WRITTEN, hers)
        answers = [client.get(address), *(client.post(address, {**told, "action": act}) for act in page.acts)]
        statuses[page.path] = {answer.status_code for answer in answers}
        assert page.path == PUBLIC or not any(SECRET.encode() in answer.getvalue() for answer in answers), page

    assert len(statuses) > 40
    assert {page for page, found in statuses.items() if "{" in page and not found <= {400, 403, 404, 405}} == {PUBLIC}
    assert {page for page, found in statuses.items() if max(found) >= 500} == set()
    assert touched(before, rows(), by=ada) == []


def test_no_page_is_shown_to_strangers_or_takes_a_form_from_elsewhere(ada: User) -> None:
    """A stranger is asked to sign in; who is signed in is believed only with a token that another site can't know."""
    stranger, forged = Client(), Client(enforce_csrf_checks=True)
    forged.force_login(ada)
    before = rows()
    opened, taken = set(), set()
    for page in pages():
        address = "/" + re.sub(r"\{\w+\}", "nothing", page.path.replace("{verb}", "off"))
        for answer in (stranger.get(address), stranger.post(address)):
            if answer.status_code != 405 and "/accounts/login/" not in answer.headers.get("Location", ""):
                opened.add(page.path)
        if forged.post(address).status_code not in {403, 405}:
            taken.add(page.path)

    assert (opened, taken) == ({"", PUBLIC}, set())
    assert rows() == before
