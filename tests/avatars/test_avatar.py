"""Faces for `<img>` on any site."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from avatars import services
from avatars.models import Picture

PictureOf = Callable[..., Picture]


def face(path: str, **headers: str) -> Any:
    """Ask for a face as a stranger."""
    return Client().get(f"/avatar/{path}", headers=headers)


def shown(answer: Any) -> Image.Image:
    """Return the picture in an answer."""
    return Image.open(io.BytesIO(answer.content))


def test_the_active_picture_is_shown_square_at_the_usual_size(ada: User, picture_of: PictureOf) -> None:
    picture_of(ada, colour="teal", size=(200, 150))

    answer = face(ada.public_id)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert shown(answer).size == (80, 80)
    assert abs(shown(answer).convert("RGB").getpixel((40, 40))[1] - 128) < 8  # type: ignore[index]  # three channels


@pytest.mark.parametrize(
    ("query", "side"),
    [("s=1", 1), ("s=32", 32), ("s=100", 100), ("size=256", 256), ("s=512", 512)]
    + [(f"s={bad}", 80) for bad in ("0", "513", "-1", "big", "1e2", "", "٣", "9" * 30, "80.5")],
)
def test_sizes_outside_1_to_512_mean_80(query: str, side: int, ada: User, picture_of: PictureOf) -> None:
    picture_of(ada, size=(600, 600))

    assert shown(face(f"{ada.public_id}?{query}")).size == (side, side)


def test_an_enlarged_picture_is_said_to_be_one(ada: User, picture_of: PictureOf) -> None:
    picture_of(ada, size=(64, 48))

    assert face(f"{ada.public_id}?s=128").headers["X-Avatar-Upscaled-From"] == "48"
    assert "X-Avatar-Upscaled-From" not in face(f"{ada.public_id}?s=48").headers


@pytest.mark.parametrize("style", ["mp", "mm", "identicon", "initials", "retro", "blank", "nonsense", ""])
def test_nobody_and_somebody_without_a_picture_look_alike(style: str, ada: User) -> None:
    known, unknown = face(f"{ada.public_id}?d={style}"), face(f"user_nobody?d={style}")

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.headers["Content-Type"] == unknown.headers["Content-Type"] == "image/png"
    assert shown(known).size == shown(unknown).size == (80, 80)
    assert known.headers.keys() == unknown.headers.keys()


def test_nothing_is_shown_to_those_who_prefer_that(ada: User) -> None:
    known, unknown = face(f"{ada.public_id}?d=404"), face("user_nobody?default=404")

    assert known.status_code == unknown.status_code == 404
    assert known.json() == unknown.json()


def test_a_forced_default_hides_the_picture(ada: User, picture_of: PictureOf) -> None:
    picture_of(ada)

    assert face(f"{ada.public_id}?d=retro&f=y").content == face(f"{ada.public_id}?d=retro&forcedefault=y").content
    assert face(f"{ada.public_id}?d=retro&f=y").content != face(f"{ada.public_id}?d=retro").content


def test_a_default_picture_gives_way_to_the_wished_default(ada: User) -> None:
    services.create_default(ada)

    assert face(f"{ada.public_id}?d=blank").content == face("user_nobody?d=blank").content
    assert face(f"{ada.public_id}?d=404").status_code == 404
    assert shown(face(ada.public_id)).size == (80, 80)


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_an_address_leads_to_a_face_only_when_its_owner_agreed(kind: str, ada: User, picture_of: PictureOf) -> None:
    picture_of(ada)
    digest = hashlib.new(kind, b"ada@example.org").hexdigest()

    assert face(f"{digest}?d=404").status_code == 404
    User.objects.filter(pk=ada.pk).update(is_listed=True)
    assert face(f"{digest}?d=404").content == face(ada.public_id).content
    assert face(f"{digest.upper()}?d=404").status_code == 200


def test_an_id_that_looks_like_a_digest_does_not_take_its_owner_s_place(
    ada: User, bea: User, picture_of: PictureOf
) -> None:
    picture_of(ada, colour="teal")
    picture_of(bea, colour="red")
    User.objects.filter(pk=ada.pk).update(is_listed=True)
    User.objects.filter(pk=bea.pk).update(public_id=ada.email_md5)

    assert face(ada.email_md5).content == face(ada.public_id).content


@pytest.mark.parametrize(
    ("ending", "accept", "kind"),
    [
        ("", "*/*", "image/jpeg"),
        ("", "image/avif,image/webp,*/*;q=0.8", "image/webp"),
        ("", "image/webp;q=0, */*", "image/jpeg"),
        (".png", "image/webp", "image/png"),
        (".jpg", "image/webp", "image/jpeg"),
        (".webp", "*/*", "image/webp"),
    ],
)
def test_the_format_is_the_asked_one(*, ending: str, accept: str, kind: str, ada: User, picture_of: PictureOf) -> None:
    picture_of(ada)

    answer = face(f"{ada.public_id}{ending}", Accept=accept)

    assert answer.headers["Content-Type"] == kind
    assert Image.MIME[str(shown(answer).format)] == kind
    assert answer.headers.get("Vary") == (None if ending else "Accept")


def test_faces_are_open_to_all_sites_and_to_nothing_else(ada: User, picture_of: PictureOf) -> None:
    picture_of(ada)

    headers = face(ada.public_id).headers

    assert headers["Cache-Control"] == "public, max-age=300, must-revalidate"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in headers


def test_a_change_is_seen_at_the_next_revalidation(ada: User, picture_of: PictureOf) -> None:
    picture_of(ada, colour="teal")
    tag = face(ada.public_id).headers["ETag"]
    same = face(ada.public_id, **{"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)

    picture_of(ada, colour="red")

    changed = face(ada.public_id, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_repeated_look_costs_one_query(ada: User, picture_of: PictureOf) -> None:
    picture_of(ada)
    tag = face(ada.public_id).headers["ETag"]

    for headers in ({}, {"If-None-Match": tag}):
        with CaptureQueriesContext(connection) as queries:
            face(ada.public_id, **headers)
        assert len(queries) == 1


def test_a_signed_in_visitor_costs_no_more(ada: User, picture_of: PictureOf) -> None:
    picture_of(ada)
    client = Client()
    client.force_login(ada)
    client.get(f"/avatar/{ada.public_id}")

    with CaptureQueriesContext(connection) as queries:
        client.get(f"/avatar/{ada.public_id}")

    assert len(queries) == 1


def test_only_looking_is_possible(ada: User) -> None:
    assert Client().head(f"/avatar/{ada.public_id}").status_code == 200
    assert Client().head(f"/avatar/{ada.public_id}").content == b""
    assert Client().post(f"/avatar/{ada.public_id}").status_code == 405


@pytest.mark.parametrize("bad", ["a.b", "a.gif", "x" * 65, "..", "%2e%2e", "a/b", "a%00", ""])
def test_what_could_be_nobody_has_no_face(bad: str, db: None) -> None:
    assert face(bad).status_code == 404


def test_the_stand_in_keeps_out_of_storage(ada: User, objects: Any) -> None:
    face(f"{ada.public_id}?d=initials")

    assert objects("") == []


def test_without_a_cache_faces_cost_more_and_are_shown(
    ada: User, picture_of: PictureOf, request: pytest.FixtureRequest
) -> None:
    picture_of(ada)
    before = face(ada.public_id).content
    request.getfixturevalue("lost_cache")

    assert face(ada.public_id).content == before


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_face_is_only_looked_at(ada: User, method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(f"/avatar/{ada.public_id}")

    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, HEAD"
