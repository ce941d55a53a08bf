"""An image's address within another address, as clients encode it."""

from collections.abc import Callable
from urllib.parse import quote

from tests.running import Client

SPELLINGS: dict[str, Callable[[str], str]] = {
    "every sign encoded": lambda uri: quote(uri, safe=""),
    "with a query that came from elsewhere": lambda uri: quote(f"{uri}?w=400&v=1", safe=""),
    "slashes as they are": lambda uri: quote(uri, safe=":/"),
    "lower-case escapes": lambda uri: quote(uri, safe="").replace("%2F", "%2f").replace("%3A", "%3a"),
    "its path alone": lambda uri: quote(uri[uri.index("/i/") :], safe=""),
}


def deletes(server: Client, token: str, photo: bytes, spelling: str, **headers: str) -> tuple[int, object]:
    """Hang a photo, delete it by its address so spelled, and return the answer."""
    publication = server.publish(token)
    _status, answer = server.hang(token, publication, photo)
    uri = SPELLINGS[spelling](answer["imageUri"])
    path = f"/api/v1/publications/{publication}/images/{uri}"
    return server.call("DELETE", path, None, Authorization=f"Bearer {token}", **headers)
