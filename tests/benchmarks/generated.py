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
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.benchmarks.report import Measure

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("THROTTLING", "off")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  # models need the lines above
from django.db.models import Max  # noqa: E402  # likewise
from rest_framework.test import APIClient  # noqa: E402  # likewise

from accounts.models import User  # noqa: E402  # likewise
from generated import terms  # noqa: E402  # likewise
from imagehub.api import shelves  # noqa: E402  # likewise
from imagehub.images.models import Image  # noqa: E402  # likewise
from tests.conftest import access_token  # noqa: E402  # likewise

FEW, MANY = 10_000, int(os.environ.get("BENCH_IMAGES", "1000000"))
ROUNDS = 60
START = datetime(2025, 1, 1, tzinfo=UTC)
STATUSES = ("generated", "printed", "ordered", "deleted")
MODELS = ("sdxl", "flux", "imagen", "dall-e 3")
WORDS = [f"word{number}" for number in range(500)]
# Every prompt has the first two; the others get rarer.
USUAL = ("photo", "light")

MODEL_TERMS = {model: terms.of_model(model) for model in MODELS}
_chance = random.Random(11)  # noqa: S311  # pictures, not secrets
_weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(WORDS))))
PROMPTS = [
    (prompt, terms.of_words(prompt.split()))
    for prompt in (" ".join([*USUAL, *_chance.choices(WORDS, cum_weights=_weights, k=8)]) for _ in range(4000))
]


def measures() -> Iterator[Measure]:
    """Yield the time of each list at a million over the one at ten thousand, and its p95 by itself."""
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
        ("rare word", "q=word499", False),
        ("twelve words", "q=" + " ".join([*USUAL, *WORDS[:10]]), False),
        ("word, status, model, date", f"q=word1&status=printed&model=sdxl&created_after={middle}", False),
    ]:
        yield from compared(name, _asking(many, query, is_deep=is_deep), _asking(few, query, is_deep=is_deep))


def compared(name: str, ours: Callable[[], float], theirs: Callable[[], float]) -> Iterator[Measure]:
    """Yield how a list at a million compares with the one at ten thousand, and its p95 by itself."""
    for _ in range(5):
        ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    many, few = zip(*pairs, strict=True)
    yield Measure(name, f"{FEW} images", "ms", many, few, "<= 2.00")
    yield Measure("  its p95", "a tenth of a second", "ms", [statistics.quantiles(many, n=20)[-1]], [100.0], "<= 1.00")


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
    first = (Image.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    for start in range(0, size, shelves.SPAN):
        with transaction.atomic(), connection.cursor() as cursor:
            _fill(cursor, user, range(start or 1, min(size + 1, start + shelves.SPAN)), first)
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE TABLE generated_generated, images_image, api_posting")
            cursor.fetchall()
    return user


def _fill(cursor: Any, user: User, numbers: range, first: int) -> None:
    """Write the rows of one range of numbers, without what the models cost."""
    bits: defaultdict[str, int] = defaultdict(int)
    images, rows = [], []
    for number in numbers:
        prompt, found = _chance.choice(PROMPTS)
        status, model = _chance.choices(STATUSES, (70, 15, 10, 5))[0], MODELS[number * 7 % 4]
        for term in found | terms.of_status(status) | {MODEL_TERMS[model]}:
            bits[term] |= 1 << number % shelves.SPAN
        images.append(_image(user, number, first))
        rows.append(_generated(user, number, first, (prompt, status, model)))
    insert(cursor, "images_image", IMAGE, images)
    insert(cursor, "generated_generated", GENERATED, rows)
    shelf, bucket = terms.shelf_of(user.pk), numbers[0] // shelves.SPAN
    postings = [(shelf, term, bucket, shelves.packed(word)) for term, word in bits.items()]
    insert(cursor, "api_posting", ("shelf", "term", "bucket", "bits"), sorted(postings))


def insert(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write rows as fast as the driver can."""
    places = ", ".join(["%s"] * len(columns))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)  # noqa: S608  # names of ours


IMAGE = (
    *("id", "public_id", "owner_id", "source", "`key`", "digest", "content_type", "width", "height", "size"),
    *("colour", "is_public", "origin", "source_type", "created_at"),
)
GENERATED = (
    *("public_id", "owner_id", "number", "image_id", "prompt", "metadata_json", "model", "content", "live_content"),
    *("status", "status_before", "created_at", "deleted_at", "optimised_at"),
)


def _image(user: User, number: int, first: int) -> tuple[object, ...]:
    name = f"{user.pk}x{number}"
    made = START + timedelta(seconds=number)
    facts = ("generated", f"images/{name}.png", "0" * 64, "image/png", 1024, 1024, 1_000_000, "#808080")
    return (first + number, f"i{name}", user.pk, *facts, False, "ai", "", made)


def _generated(user: User, number: int, first: int, said: tuple[str, str, str]) -> tuple[object, ...]:
    prompt, status, model = said
    made = START + timedelta(seconds=number)
    content = f"{user.pk:032x}{number:032x}"
    binned = made if status == "deleted" else None
    metadata = f'{{"model":"{model}","seed":{number}}}'
    facts = (prompt, metadata, model, content, None if binned else content, status)
    before = "generated" if binned else ""
    return (f"g{user.pk}x{number}", user.pk, number, first + number, *facts, before, made, binned, made)
