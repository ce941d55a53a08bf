"""Clients that upload until they are told to stop, and send again what was not answered."""

import http.client
import itertools
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import PASSWORD
from tests.corpus.build import photo
from tests.running import MULTIPART, Client, multipart

PATIENCE = 60.0  # seconds until a request that failed has to succeed
PAUSE = 0.1  # seconds before it is sent again
MOST = 100  # pictures of a writer, who then sends them once more: each fact tells of all that its user has
_PASSING = {502, 503, 504}  # what a front server or we say while a part is away


class Load:
    """What some clients have sent in the name of a user who has nothing yet, and what they were answered."""

    def __init__(self, client: Client, writers: int) -> None:
        self.client = client
        name = f"load-{time.monotonic_ns()}"
        client.post("/api/v1/auth/register", {"username": name, "password": PASSWORD, "email": f"{name}@example.org"})
        self.token = client.token(name, PASSWORD)
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.repeated: Counter[str] = Counter()  # what was sent again, by what had been answered
        self.wrong: list[tuple[int, Any]] = []
        self._over = threading.Event()
        self._writers = [threading.Thread(target=self._write, args=(seed,)) for seed in range(writers)]

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """Upload while the block runs; afterwards everything that was sent is answered."""
        for writer in self._writers:
            writer.start()
        try:
            yield self
        finally:
            self._over.set()
            for writer in self._writers:
                writer.join(PATIENCE * 2)

    def _write(self, seed: int) -> None:
        for number in itertools.cycle(range(MOST)):
            if self._over.is_set() or self.wrong:
                return
            self._send(f"load-{seed}-{number}", photo(seed * MOST + number, side=90))

    def _send(self, key: str, data: bytes) -> None:
        """Send a picture until it is answered, each time with the same key."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status, answer = self._tried(key, data)
            if status == 201 and self.acknowledged.setdefault(key, answer["picture"])["id"] == answer["picture"]["id"]:
                return
            if status not in _PASSING:
                break
            self.repeated[f"{status} {answer}"[:200]] += 1
            time.sleep(PAUSE)  # as a polite client does
        self.wrong.append((status, answer))

    def _tried(self, key: str, data: bytes) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content_Type": MULTIPART, "Idempotency_Key": key}
        try:
            return self.client.call("POST", "/pictures/create-picture", multipart(data), **headers)
        except (OSError, http.client.HTTPException) as error:
            return 503, type(error).__name__

    def kept(self) -> list[dict[str, Any]]:
        """Return all pictures that the user has."""
        user = next(iter(self.acknowledged.values()))["userId"]
        bearer = f"Bearer {self.token}"
        status, pictures = self.client.call("GET", f"/pictures/get-user-pictures/{user}", Authorization=bearer)
        assert status == 200, pictures
        return list(pictures)

    def size_of(self, picture: dict[str, Any]) -> int:
        """Return how many bytes are sent of a picture."""
        address = urllib.parse.urlsplit(picture["url"])
        status, body = self.client.call("GET", f"{address.path}?{address.query}")
        assert status == 200, body
        return len(body)
