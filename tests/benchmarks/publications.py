"""Pages of the list of publications: first, middle and last among 100,000 against the first among 1,000."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median

from tests import servers
from tests.benchmarks.http import served
from tests.benchmarks.report import Measure, in_turn

FEW, MANY = 1_000, 100_000
LIMIT = 20
REQUESTS = 40  # of each page in a round


@dataclass(frozen=True)
class Shelf:
    """A served database with so many publications, and a reader's way in."""

    port: int
    token: str
    publications: int

    @property
    def pages(self) -> dict[str, int]:
        """The page numbers worth looking at."""
        last = self.publications // LIMIT
        return {"first": 1, "middle": last // 2, "last": last}

    def milliseconds(self, page: int) -> float:
        """Return the median time that one page takes over a kept connection."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        times = [self._once(connection, page) for _ in range(REQUESTS)]
        connection.close()
        return median(times) * 1000

    def _once(self, connection: HTTPConnection, page: int) -> float:
        started = time.perf_counter()
        headers = {"Authorization": f"Bearer {self.token}"}
        connection.request("GET", f"/api/v1/publications?page={page}&limit={LIMIT}", headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or body.count(b'"ownerId"') != LIMIT:  # an answer that holds a whole page
            raise RuntimeError(f"answered {response.status}: {body[:200]!r}")
        return time.perf_counter() - started


def measures() -> Iterator[Measure]:
    """Fill and serve four databases; yield each measure as it is ready."""
    for database, environments in {"SQLite": _files, "MariaDB": _mariadb}.items():
        with environments() as (few, many), _shelf(few, FEW) as short, _shelf(many, MANY) as long:
            for name, page in long.pages.items():
                yield _measure(f"list page, {name}, {database}", (long, page), (short, 1))


def _measure(name: str, ours: tuple[Shelf, int], theirs: tuple[Shelf, int]) -> Measure:
    (shelf, page), (other, first) = ours, theirs
    figures = in_turn(lambda: shelf.milliseconds(page), lambda: other.milliseconds(first))
    return Measure(name, "first page among 1,000", "ms", *figures, "<= 1.5")


@contextmanager
def _shelf(environment: dict[str, str], publications: int) -> Iterator[Shelf]:
    with tempfile.TemporaryDirectory() as folder:
        whole = os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "WARNING"} | environment
        subprocess.check_call([sys.executable, "manage.py", "migrate", "-v0"], env=whole)
        fill = [sys.executable, "-m", "tests.benchmarks.shelves", str(publications)]
        token = subprocess.check_output(fill, env=whole, text=True).strip()
        with served("imagehub.wsgi:application", whole) as port:
            yield Shelf(port, token, publications)


@contextmanager
def _files() -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """SQLite in the two data folders."""
    yield {}, {}


@contextmanager
def _mariadb() -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Two databases of one private MariaDB."""
    secret = {"SECRET_KEY": "for-measures-" + "x" * 50}
    with ExitStack() as stack:
        url = stack.enter_context(servers.mariadb())["DATABASE_URL"]
        for name in ("few", "many"):
            servers.make_database(url, name)
        few, many = (secret | {"DATABASE_URL": url.replace("/imagehub", f"/{name}")} for name in ("few", "many"))
        yield few, many
