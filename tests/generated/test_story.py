"""A client of the older service, signed in elsewhere, from its first image to its last."""

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import jwks
from tests.accounts.issuing import claims, configuration, published, signed
from tests.generated.conftest import Send, stored
from tests.loopback import Server, always, answer, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issuer(settings: Settings) -> Iterator[Server]:
    jwks.forget()
    with serving(always(answer(json.dumps(published()).encode()))) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        settings.JWT_ISSUERS = [configuration(server.url)]
        yield server
    jwks.forget()


def test_a_stranger_with_a_token_of_another_issuer_has_a_library(
    issuer: Server, api: Callable[..., APIClient], send: Send
) -> None:
    client, other = api(), api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed(claims(sub='client-42'))}")
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {signed(claims(sub='client-43'))}")

    made = send(client, prompt="un renard", metadata={"model": "sdxl"}).json()["data"]
    assert made["user_id"] == "client-42"
    assert stored()[0].startswith("images/client-42/")
    assert other.get(f"/api/images/{made['image_id']}").json() == {
        "success": False,
        "error": "Image introuvable.",
        "code": "IMAGE_NOT_FOUND",
        "details": None,
    }

    url = urlsplit(made["image_url"])
    assert api().get(f"{url.path}?{url.query}").headers["Content-Type"] == "image/png"
    assert send(client, prompt="un renard", metadata={"model": "sdxl"}).status_code == 200
    for status in ("ordered", "printed", "deleted"):
        changed = client.patch(f"/api/images/{made['image_id']}/status", {"status": status})
        assert changed.json()["data"]["status"] == status
    assert client.get("/api/images").json()["data"]["pagination"]["total"] == 0
    binned = client.get("/api/images?status=deleted").json()["data"]["images"]
    assert [image["image_id"] for image in binned] == [made["image_id"]]
    client.patch(f"/api/images/{made['image_id']}/status", {"status": "printed"})
    assert client.get("/api/images?q=RENARD&model=sdxl").json()["data"]["pagination"]["total"] == 1

    assert client.delete(f"/api/images/{made['image_id']}").json()["message"] == "Image supprimée avec succès"
    assert stored() == []
    assert api().get(f"{url.path}?{url.query}").status_code == 404
    assert client.delete(f"/api/images/{made['image_id']}").status_code == 404


def test_a_bad_token_is_refused_even_where_anybody_may_ask(issuer: Server, api: Callable[..., APIClient]) -> None:
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed(claims(exp=1))}")
    for path in ("/api/images", "/api/health"):
        refused = client.get(path)
        assert (refused.status_code, refused.json()["code"], refused.json()["success"]) == (401, "INVALID_TOKEN", False)
