"""Pages that belong to no feature."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["TRACE", "DELETE", "PUT"])
def test_the_first_page_is_only_read(client: Client, method: str) -> None:
    assert client.generic(method, "/").status_code == 405
