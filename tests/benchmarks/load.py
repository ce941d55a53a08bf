"""A closed-loop load of bounded size from threads of this process, to 127.0.0.1 only."""

import http.client
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.running import MULTIPART, multipart

Send = Callable[[http.client.HTTPConnection, int], int]


def rate(port: int, send: Send, *, requests: int, clients: int, expected: int) -> float:
    """Send `requests` requests from `clients` keep-alive connections; return requests a second.

    Any status but `expected` ends the run: a fast refusal is no result.
    """

    def client(share: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for number in share:
            status = send(connection, number)
            if status != expected:
                raise RuntimeError(f"answered {status}, expected {expected}")
        connection.close()

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, (range(n, requests, clients) for n in range(clients))))
    return requests / (time.perf_counter() - started)


def get(path: str, headers: dict[str, str]) -> Send:
    """A GET whose body is read and thrown away."""

    def send(connection: http.client.HTTPConnection, _: int) -> int:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status

    return send


def upload(path: str, headers: dict[str, str], photo: Callable[[int], bytes]) -> Send:
    """A multipart POST of `photo(number)` in the field `file`."""

    def send(connection: http.client.HTTPConnection, number: int) -> int:
        connection.request("POST", path, multipart(photo(number)), headers | {"Content-Type": MULTIPART})
        response = connection.getresponse()
        response.read()
        return response.status

    return send
