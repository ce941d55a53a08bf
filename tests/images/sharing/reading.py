"""What a visitor gets to see behind a link."""

import re

from django.test import Client


def text(client: Client, address: str) -> str:
    """Return a page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def addresses(page: str) -> list[str]:
    """Return the addresses of its pictures, in its elements and in its data."""
    plain = page.replace("&amp;", "&").replace("\\u0026", "&")
    return re.findall(r"http://testserver(/i/[^\"\s]+)", plain)
