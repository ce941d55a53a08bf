"""No route, however it fails, lets a secret reach the log."""

import io
from typing import Any

import pytest
from django.test import Client

from tests.documents import document

CANARY = "c4n4ry3f9a1b7d5e"
JWT = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.{CANARY}"
SECRETS = dict.fromkeys(("password", "token", "refresh", "access", "secret", "key", "api_key", "sig"), CANARY)
PAGES = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/pictures/", "/admin/", "/nowhere"]
IMAGES = ["/i/someimage/original.png", "/avatar/somebody"]


def operations() -> list[tuple[str, str]]:
    paths = document()["paths"]
    documented = [(method, path.replace("{", "").replace("}", "")) for path in paths for method in paths[path]]
    return documented + [(method, path) for path in PAGES + IMAGES for method in ("get", "post")]


def credentials() -> list[dict[str, str]]:
    return [
        {"Authorization": f"Bearer {JWT}"},
        {"Authorization": f"Bearer {CANARY}"},
        {"X-API-Key": CANARY},
        {"Cookie": f"sessionid={CANARY}; csrftoken={CANARY}"},
        {"X-CSRFToken": CANARY, "Idempotency-Key": "k"},
    ]


@pytest.mark.alike
@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), operations())
def test_no_secret_is_logged(written: io.StringIO, method: str, path: str) -> None:
    client: Any = Client(raise_request_exception=False)
    query = "&".join(f"{name}={value}" for name, value in SECRETS.items())
    for headers in credentials():
        client.generic(method.upper(), f"{path}?{query}", b"{", content_type="application/json", headers=headers)
        client.post(path, SECRETS, headers=headers)
        client.generic(method.upper(), path, f'{{"password": "{CANARY}"}}', content_type="application/json")
    log = written.getvalue()
    assert '"event": "request"' in log
    assert CANARY not in log
