"""Pages that belong to no feature."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["TRACE", "DELETE", "PUT"])
def test_the_first_page_is_only_read(client: Client, method: str) -> None:
    assert client.generic(method, "/").status_code == 405


def test_the_first_page_says_what_there_is(client: Client) -> None:
    page = client.get("/").content.decode()

    assert re.findall("<h2>(.+?)</h2>", page) == [
        "All in one place",
        "Changed, never lost",
        "Shown at its best",
        "Found again",
        "Brought home",
        "Private by nature",
        "Live everywhere",
        "Made to build on",
    ]
