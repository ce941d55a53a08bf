"""Lists and searches of a library of a million generated images, against those of one of ten thousand.

It fills a test database on the server that DATABASE_URL names, or a SQLite file; `python -m tests.servers mariadb --
python -m tests.benchmarks generated` gives it a MariaDB. Answers come from the real view, whole.
"""

import itertools
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from tests.benchmarks.report import Measure

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("THROTTLING", "off")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import django  # noqa: E402  # the settings read the environment above

django.setup()

from django.db import connection, transaction  # noqa: E402  # models need the lines above
from rest_framework.test import APIClient  # noqa: E402  # likewise

from accounts.models import User  # noqa: E402  # likewise
from generated import terms  # noqa: E402  # likewise
from generated.models import Generated  # noqa: E402  # likewise
from imagehub.api import shelves  # noqa: E402  # likewise
from imagehub.api.models import Posting  # noqa: E402  # likewise
from imagehub.images.models import Image  # noqa: E402  # likewise
from tests.conftest import access_token  # noqa: E402  # likewise

FEW, MANY = 10_000, int(os.environ.get("BENCH_IMAGES", "1000000"))
ROUNDS = 60
START = datetime(2025, 1, 1, tzinfo=UTC)
STATUSES = ("generated", "printed", "ordered", "deleted")
MODELS = ("sdxl", "flux", "imagen", "dall-e 3")
WORDS = [f"word{number}" for number in range(2000)]
# Every prompt has the first two; the others get rarer.
USUAL = ("photo", "light")

_chance = random.Random(11)  # noqa: S311  # pictures, not secrets
_weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(WORDS))))


def measures() -> Iterator[Measure]:
    """Yield the p95 of each list at a million over the one at ten thousand."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    few, many = _library("few", FEW), _library("many", MANY)
    middle = (START + timedelta(seconds=FEW // 2)).isoformat().replace("+00:00", "Z")
    for name, query, is_deep in [
        ("first page", "", False),
        ("deep page", "", True),
        ("oldest first", "sort=created_at", False),
        ("status, first page", "status=printed", False),
        ("status, deep page", "status=printed", True),
        ("status and model, deep page", "status=ordered&model=flux", True),
        ("since a date, deep page", f"created_after={middle}", True),
        ("two words of every prompt", "q=photo light", False),
        ("the same, deep page", "q=photo light", True),
        ("frequent and every word, deep", "q=word0 photo", True),
        ("rare word", "q=word1999", False),
        ("twelve words", "q=" + " ".join([*USUAL, *WORDS[:10]]), False),
        ("word, status, model, date", f"q=word1&status=printed&model=sdxl&created_after={middle}", False),
    ]:
        yield _compared(name, _asking(many, query, is_deep=is_deep), _asking(few, query, is_deep=is_deep))


def _compared(name: str, ours: Callable[[], float], theirs: Callable[[], float]) -> Measure:
    for _ in range(5):
        ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    ninety_fifth = [statistics.quantiles(column, n=20)[-1] for column in zip(*pairs, strict=True)]
    return Measure(name, f"{FEW} images, p95", "ms", [ninety_fifth[0]], [ninety_fifth[1]], "<= 2.00")


def _asking(user: User, query: str, *, is_deep: bool) -> Callable[[], float]:
    client = APIClient(SERVER_NAME="127.0.0.1")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
    path = f"/api/images?limit=10&{query}"
    pages = client.get(path).json()["data"]["pagination"]["pages"]
    at = f"{path}&page={max(1, pages * 9 // 10) if is_deep else 1}"

    def ask() -> float:
        started = time.perf_counter()
        answer = client.get(at)
        assert answer.status_code == 200, answer.content
        return (time.perf_counter() - started) * 1000

    return ask


def _library(name: str, size: int) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "x" * 12)
    for first in range(1, size + 1, 4 * shelves.SPAN):
        with transaction.atomic():
            _fill(user, range(first, min(size + 1, first + 4 * shelves.SPAN)))
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE TABLE generated_generated, images_image, api_posting")
            cursor.fetchall()
    return user


def _fill(user: User, numbers: range) -> None:
    images = Image.objects.bulk_create(
        [
            Image(
                owner=user,
                source="generated",
                key=f"images/{user.public_id}/{number}.png",
                digest="0" * 64,
                content_type="image/png",
                width=1024,
                height=1024,
                size=1_000_000,
            )
            for number in numbers
        ],
        batch_size=2000,
    )
    first = images[0].pk or Image.objects.get(key=f"images/{user.public_id}/{numbers[0]}.png").pk
    rows = [_generated(user, number, first + at) for at, number in enumerate(numbers)]
    Generated.objects.bulk_create(rows, batch_size=2000)
    bits: defaultdict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        for term in terms.of(row):
            bits[term, row.number // shelves.SPAN] |= 1 << row.number % shelves.SPAN
    shelf = terms.shelf_of(user.pk)
    postings = [
        Posting(shelf=shelf, term=term, bucket=bucket, bits=word.to_bytes((word.bit_length() + 7) // 8, "little"))
        for (term, bucket), word in sorted(bits.items())
    ]
    _upserted(postings)


def _upserted(postings: list[Posting]) -> None:
    """Write the rows; the range that a batch begins in may be there from the last one."""
    edge = min(posting.bucket for posting in postings)
    present = {
        (row.term, row.bucket): bytes(row.bits) for row in Posting.objects.filter(shelf=postings[0].shelf, bucket=edge)
    }
    for posting in postings:
        if kept := present.get((posting.term, posting.bucket)):
            merged = int.from_bytes(kept, "little") | int.from_bytes(posting.bits, "little")
            posting.bits = merged.to_bytes((merged.bit_length() + 7) // 8, "little")
    Posting.objects.filter(shelf=postings[0].shelf, bucket=edge).delete()
    Posting.objects.bulk_create(postings, batch_size=2000)


def _generated(user: User, number: int, image: int) -> Generated:
    status = STATUSES[_chance.choices(range(4), (70, 15, 10, 5))[0]]
    is_binned = status == "deleted"
    content = f"{user.pk:032x}{number:032x}"
    made = START + timedelta(seconds=number)
    model = MODELS[number * 7 % 4]
    return Generated(
        owner=user,
        number=number,
        image_id=image,
        prompt=" ".join([*USUAL, *_chance.choices(WORDS, cum_weights=_weights, k=8)]),
        metadata_json=f'{{"model":"{model}","seed":{number}}}',
        model=model,
        content=content,
        live_content=None if is_binned else content,
        status=status,
        status_before="generated" if is_binned else "",
        deleted_at=made if is_binned else None,
        created_at=made,
        optimised_at=made,
    )
