"""Libraries of a million images against those of ten thousand: first and deep pages, filters, searches, counts.

It fills a test database on the server that DATABASE_URL names, or a SQLite file; `python -m tests.servers mariadb --
python -m tests.benchmarks library` gives it a MariaDB. Answers come from the real view, whole.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.benchmarks.generated import FEW, MANY, ROUNDS, compared, insert
from tests.benchmarks.report import Measure

from django.core.cache import cache  # isort: skip  # the measure above has set Django up
from django.db import connection, transaction  # isort: skip  # likewise
from django.db.models import Max  # isort: skip  # likewise
from rest_framework.test import APIClient  # isort: skip  # likewise

from accounts.models import User  # isort: skip  # likewise
from imagehub.api import shelves  # isort: skip  # likewise
from imagehub.images import likeness  # isort: skip  # likewise
from imagehub.images.models import Image  # isort: skip  # likewise
from imagehub.library import browsing, terms  # isort: skip  # likewise
from imagehub.library.browsing import Question  # isort: skip  # likewise
from imagehub.library.models import Entry, Shelf  # isort: skip  # likewise
from imagehub.library.places import Shown  # isort: skip  # likewise
from tests.conftest import access_token  # isort: skip  # likewise

START = datetime(2023, 11, 1, tzinfo=UTC)
SPAN = timedelta(days=1095)  # over which the images of a library are spread
WORDS = [f"word{number}" for number in range(500)]
SIZES = [(1600, 1200), (1200, 1600), (1024, 1024), (3000, 1000)]
COLOURS = ["#c0392b", "#2e86c1", "#27ae60", "#f4d03f", "#34495e", "#af7ac5", "#e59866", "#17a589", "#808080"]
_chance = random.Random(13)  # noqa: S311  # pictures, not secrets


def measures() -> Iterator[Measure]:
    """Yield the time of each at a million over the one at ten thousand, and its p95 by itself."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    few, many = _library("few", FEW), _library("many", MANY)
    for name, query, depth in [
        ("first page", "", 0.0),
        ("deep page", "", 0.9),
        ("source, deep page", "source=edit", 0.9),
        ("shape and tint, deep page", "shape=portrait&tint=blue", 0.5),
        ("words of every title", "q=photo light", 0.0),
        ("the same, deep page", "q=photo light", 0.9),
        ("rare word", "q=word499", 0.0),
        ("word, source, format, since", "q=word1&source=library&format=jpeg&since=2024-11-01T00:00:00Z", 0.0),
    ]:
        yield from compared(name, _asking(many, query, depth), _asking(few, query, depth))
    yield from compared("counts of all facets", _counting(many), _counting(few))
    ask = _counting(many)
    anew = [_forgotten(ask) for _ in range(ROUNDS)]
    yield Measure("  the first time", "a tenth of a second", "ms", anew, [100.0] * ROUNDS, "<= 1.00")
    yield from compared("similar images", _likening(many), _likening(few))


def _asking(user: User, query: str, depth: float) -> Callable[[], float]:
    client = APIClient(SERVER_NAME="127.0.0.1")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
    last = Shelf.objects.get(owner=user).last
    cursor = f"&cursor={int(last * (1 - depth))}" if depth else ""
    return _timed(lambda: client.get(f"/api/v1/library?limit=50&{query}{cursor}").json()["items"])


def _counting(user: User) -> Callable[[], float]:
    return _timed(lambda: browsing.facets(user, Question()).months)


def _forgotten(ask: Callable[[], float]) -> float:
    """Ask when what was counted before, which is remembered for an hour, is remembered no more."""
    cache.clear()
    return ask()


def _likening(user: User) -> Callable[[], float]:
    entry = Entry.objects.of(user).order_by("number")[5000]
    return _timed(lambda: [entry, *browsing.similar(entry, 12)])


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def ask() -> float:
        started = time.perf_counter()
        assert work()
        return (time.perf_counter() - started) * 1000

    return ask


def _library(name: str, size: int) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "x" * 12)
    Shelf.objects.create(owner=user, last=size, last_at=START + SPAN)
    first = (Image.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    for start in range(0, size, shelves.SPAN):
        with transaction.atomic(), connection.cursor() as cursor:
            _fill(cursor, user, range(start or 1, min(size + 1, start + shelves.SPAN)), (first, size))
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE TABLE library_entry, images_image, api_posting")
            cursor.fetchall()
    return user


def _fill(cursor: Any, user: User, numbers: range, of: tuple[int, int]) -> None:
    """Write the rows of one range of numbers, without what the models cost."""
    bits: defaultdict[str, int] = defaultdict(int)
    pairs = [_made(user, number, of) for number in numbers]
    for entry, image in pairs:
        found = terms.of(entry, image, Shown())
        entry.terms = "\n".join(sorted(found))
        for term in found:
            bits[term] |= 1 << entry.number % shelves.SPAN
    _insert_rows(cursor, [image for _entry, image in pairs])
    _insert_rows(cursor, [entry for entry, _image in pairs])
    shelf, bucket = terms.shelf_of(user.pk), numbers[0] // shelves.SPAN
    postings = [(shelf, term, bucket, shelves.packed(word)) for term, word in bits.items()]
    insert(cursor, "api_posting", ("shelf", "term", "bucket", "bits"), sorted(postings))


def _made(user: User, number: int, of: tuple[int, int]) -> tuple[Entry, Image]:
    first, size = of
    width, height = _chance.choice(SIZES)
    made = START + SPAN * (number / size)
    seen = _chance.getrandbits(64) - (1 << 63)
    image = Image(
        pk=first + number,
        public_id=f"i{user.pk}x{number}",
        owner=user,
        source=_chance.choice(["library", "library", "edit", "harvested"]),
        key=f"library/{user.pk}x{number}",
        digest="0" * 64,
        content_type=_chance.choice(["image/jpeg", "image/webp"]),
        width=width,
        height=height,
        size=1_000_000,
        colour=_chance.choice(COLOURS),
        likeness=seen,
        is_listed=True,
        created_at=made,
    )
    title = " ".join(["photo", "light", *_chance.choices(WORDS, k=3)])
    bands = likeness.bands(seen)
    return Entry(owner=user, number=number, image=image, title=title, created_at=made, likeness=seen, **bands), image


def _insert_rows(cursor: Any, rows: list[Any]) -> None:
    fields = [field for field in rows[0]._meta.concrete_fields if rows[0].pk is not None or not field.primary_key]  # noqa: SLF001  # Django's
    columns = [f"`{field.column}`" for field in fields]
    values = [tuple(getattr(row, field.attname) for field in fields) for row in rows]
    insert(cursor, rows[0]._meta.db_table, columns, values)  # noqa: SLF001  # likewise
