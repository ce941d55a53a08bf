"""Whatever is answered, to whomever and however it goes, keeps what protects it; and words stay words."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests import belongings
from tests.addresses import Ids, Page, filled, named, pages
from tests.belongings import belongings_of, signed_in

NAUGHTY = "<img src=x onerror=alert(1)>\"'{{7*7}}</script>"
PROTECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LISTS = ["library", "library/albums", "library/links", "edits/presets", "boards", "webhooks", "auth/api-keys", "events"]

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def own(ada: User, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Ids:
    settings.OUTBOUND_ALLOW, settings.THROTTLING = ["127.0.0.1:*"], False
    monkeypatch.setattr(belongings, "SECRET", NAUGHTY)
    return belongings_of(ada)


def visited(user: User, ids: Ids) -> Iterator[tuple[Page, Any]]:
    """Go to each page as its owner."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    for page in pages():
        yield page, client.get("/" + filled(page.path, {**named(page.path, ids), "verb": "off", "jobId": "x"}))


def test_words_are_words_on_every_page_and_every_answer_is_protected(ada: User, own: Ids) -> None:
    shown = set()
    for page, answer in visited(ada, own):
        text = answer.getvalue().decode(errors="replace") if "text/html" in answer["Content-Type"] else ""
        assert "<img src=x" not in text, page
        assert unprotected(answer) == {}, page
        if "&lt;img src=x onerror=" in text or "\\u003Cimg src=x" in text:
            shown.add(page.path)
    assert len(shown) >= 10, shown


def unprotected(answer: Any) -> dict[str, str | None]:
    """Return the headers that should say something else."""
    policy = answer.headers.get("Content-Security-Policy", "")
    wrong = {name: answer.headers.get(name) for name, value in PROTECTED.items() if answer.headers.get(name) != value}
    if "'unsafe" in policy or ("default-src 'none'" not in policy and "default-src 'self'" not in policy):
        wrong["Content-Security-Policy"] = policy
    if answer.headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"}:
        wrong["Referrer-Policy"] = answer.headers.get("Referrer-Policy")
    return wrong


def test_errors_and_files_are_protected_too(ada: User, own: Ids) -> None:
    client = signed_in(ada)
    image = client.get(f"/api/v1/library/{own['imageId']}").json()["url"]
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(ada)
    answers = {
        "nowhere": (404, client.get("/nothing")),
        "a stranger": (401, Client().get("/api/v1/library")),
        "a forged form": (403, forged.post("/library/albums/", {"name": "x"})),
        "another method": (405, client.put("/api/v1/library", {}, format="json")),
        "a bad question": (400, client.get("/api/v1/library?limit=no")),
        "a forged address": (403, client.get(re.sub(r"exp=\d+", "exp=1", image))),
        "a picture": (200, client.get(image)),
    }
    # Pictures may hang in pages of others; in a sandbox they are nothing but pictures.
    wrong = {name: found for name, (_status, answer) in answers.items() if (found := unprotected(answer))}
    assert wrong == {"a picture": {"X-Frame-Options": None}}
    assert {name: answer.status_code for name, (_status, answer) in answers.items()} == {
        name: status for name, (status, _answer) in answers.items()
    }


@pytest.mark.usefixtures("lost_cache")
def test_without_the_shared_cache_everything_is_there(ada: User, own: Ids) -> None:
    statuses = {page.path: answer.status_code for page, answer in visited(ada, own)}
    client = signed_in(ada)
    statuses |= {path: client.get(f"/api/v1/{path}").status_code for path in LISTS}
    assert {path: status for path, status in statuses.items() if status >= 429} == {}
    made = client.post("/api/v1/library/albums", {"name": "made meanwhile"}, format="json")
    assert made.status_code == 201
