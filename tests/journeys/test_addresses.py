"""Addresses of images within other addresses, at the server that `make up` starts."""

from collections.abc import Callable

import pytest

from tests.journeys import encoded
from tests.running import Up

pytestmark = [pytest.mark.server, pytest.mark.smoke]

BEA = {"username": "bea", "password": "a-Long-phrase-7"}


@pytest.fixture(scope="module")
def token(up: Up) -> str:
    up.post("/api/v1/auth/register", {**BEA, "email": "bea@example.org"})
    return up.token(**BEA)


@pytest.mark.parametrize("spelling", encoded.SPELLINGS)
def test_an_address_within_an_address_arrives(up: Up, token: str, photo: Callable[..., bytes], spelling: str) -> None:
    status, answer = encoded.deletes(up, token, photo(), spelling)

    assert (status, answer["remainingImages"]) == (200, 0)  # type: ignore[index]  # an object, as the status says


def test_an_image_s_address_shows_it_to_strangers(up: Up, token: str, photo: Callable[..., bytes]) -> None:
    _status, answer = up.hang(token, up.publish(token), photo())

    status, body = up.call("GET", answer["imageUri"].partition(f":{up.port}")[2])

    assert (status, body[:2]) == (200, b"\xff\xd8")
