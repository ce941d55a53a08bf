"""The page "My pictures", as a browser without script meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from avatars.models import Picture

PAGE = "/pictures/"


def test_strangers_are_asked_to_sign_in_first(db: None) -> None:
    answer = Client().get(PAGE)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/pictures/")


def test_without_pictures_the_page_says_what_it_is_for(visitor: Client) -> None:
    text = visitor.get(PAGE).content.decode()

    assert "Show your face" in text
    assert 'class="tiles"' not in text


def test_own_pictures_are_shown_and_the_active_one_is_marked(
    ada: User, bea: User, visitor: Client, picture_of: Callable[..., Picture]
) -> None:
    first, second, foreign = picture_of(ada), picture_of(ada), picture_of(bea)

    text = visitor.get(PAGE).content.decode()

    assert f'data-tile="{first.public_id}"' in text
    assert text.index(second.public_id) < text.index(first.public_id)
    assert foreign.public_id not in text
    assert text.count(" data-active>") == 1


def test_an_open_page_may_ask_for_the_grid_alone(ada: User, visitor: Client, picture_of: Any) -> None:
    picture = picture_of(ada)

    text = visitor.get(f"{PAGE}?part=grid").content.decode()

    assert picture.public_id in text
    assert "<html" not in text


def test_nothing_on_the_page_needs_inline_script_or_style(ada: User, visitor: Client, picture_of: Any) -> None:
    picture_of(ada)

    text = visitor.get(PAGE).content.decode()

    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert text.count("<script") == text.count("<script src=") + text.count('<script type="module" src=')


def test_the_page_takes_few_queries_however_many_pictures(ada: User, visitor: Client, picture_of: Any) -> None:
    for _ in range(8):
        picture_of(ada)

    with CaptureQueriesContext(connection) as queries:
        visitor.get(PAGE)

    assert len(queries) <= 6


def test_a_form_without_script_uploads(ada: User, visitor: Client, photo: Callable[..., bytes]) -> None:
    file = SimpleUploadedFile("me.jpg", photo(), "image/jpeg")

    answer = visitor.post(PAGE, {"action": "upload", "file": file}, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Picture created." in answer.content.decode()
    assert Picture.objects.of(ada).get().is_active


def test_a_form_without_script_chooses_and_deletes(ada: User, visitor: Client, picture_of: Any) -> None:
    first, second = picture_of(ada), picture_of(ada)
    names = {"picture": first.public_id, "file_name": first.file_name}

    assert visitor.post(PAGE, {"action": "activate", **names}).status_code == 302
    assert Picture.objects.of(ada).active().get() == first
    assert visitor.post(PAGE, {"action": "delete", **names}).status_code == 302
    assert Picture.objects.of(ada).get() == second


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"action": "explode"}, 400),
        ({"action": "upload"}, 400),
        ({"action": "activate"}, 400),
        ({"action": "activate", "picture": "nobody", "file_name": "x"}, 404),
        ({"action": "delete", "picture": "nobody", "file_name": "x"}, 404),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(
    fields: dict[str, str], status: int, visitor: Client, trace: Any
) -> None:
    before = trace()

    answer = visitor.post(PAGE, fields)

    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert trace() == before


@pytest.mark.parametrize(("length", "status"), [(0, 400), (100, 400), (5 * 1024 * 1024 + 1, 413)])
def test_a_bad_file_from_a_form_is_refused_in_words(
    *, length: int, status: int, visitor: Client, photo: Callable[..., bytes], trace: Any
) -> None:
    data = photo()[:length].ljust(length, b"\0")
    before = trace()

    answer = visitor.post(PAGE, {"action": "upload", "file": SimpleUploadedFile("me.jpg", data)})

    assert answer.status_code == status
    assert trace() == before


def test_forms_from_other_sites_change_nothing(ada: User, picture_of: Any, trace: Any) -> None:
    picture = picture_of(ada)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    before = trace()

    answer = client.post(PAGE, {"action": "delete", "picture": picture.public_id, "file_name": picture.file_name})

    assert answer.status_code == 403
    assert trace() == before
