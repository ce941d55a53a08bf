"""Look up likenesses among many rows of the configured database: `python -m tests.benchmarks.lookup ROWS`.

Prints a JSON object of lists of milliseconds. The likenesses remembered are as uneven as those of pictures,
made from drawn scenes by turning a quarter of their bits at random.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # models need the settings above
from django.db import connection, transaction  # noqa: E402  # likewise

from imagehub.images import likeness  # noqa: E402  # likewise
from imagehub.images.models import Fingerprint  # noqa: E402  # likewise
from imagehub.images.pipeline.likeness import DISTANCE, mirrored, signed  # noqa: E402  # likewise
from imagehub.images.pipeline.likeness import likeness as likeness_of  # noqa: E402  # likewise
from tests.corpus.scenes import scene  # noqa: E402  # likewise

SCENES = 100
LOOK_UPS = 100
CROWDED = 200_000
"""Rows that share three of their four bands, in the second half of the measure."""

INDEXES = Fingerprint._meta.indexes  # noqa: SLF001  # Django's documented interface
_BATCH = 5_000
_TABLE = "images_fingerprint"
_COLUMNS = ["image_id", "likeness", "band0", "band1", "band2", "band3"]
Row = tuple[int, ...]


def main(rows: int) -> dict[str, list[float]]:
    """Fill the table, and measure look-ups of changed copies, then those in a crowd."""
    call_command("migrate", verbosity=0)
    chance = random.Random(1)  # noqa: S311  # likenesses, not secrets
    known = list(_uneven(chance, rows))
    _fill(known, 1)
    sought = [_changed(chance, number) for number in chance.sample(known, LOOK_UPS)]
    figures = {"look-up of a copy": [_took(number) for number in sought]}
    _fill([signed(chance.getrandbits(16) << 48 | 0x5A5A_0F0F_3C3C) for _ in range(CROWDED)], rows + 1)
    crowd = signed(0x1234_5A5A_0F0F_3C3C)
    return figures | {"look-up in a crowd": [_took(crowd, least=0) for _ in range(LOOK_UPS // 5)]}


def _uneven(chance: random.Random, rows: int) -> Iterator[int]:
    drawn = (scene(number) for number in range(SCENES))
    bases = [likeness_of(picture, picture.size) or 0 for picture in drawn]
    for _ in range(rows):
        yield signed((chance.choice(bases) ^ chance.getrandbits(64) & chance.getrandbits(64)) & (1 << 64) - 1)


def _changed(chance: random.Random, number: int) -> int:
    """Turn as many bits as a copy may differ in, of a mirror image every other time."""
    turned = signed(sum(1 << bit for bit in chance.sample(range(64), DISTANCE)))
    return (mirrored(number) if chance.random() < 0.5 else number) ^ turned


def _took(number: int, least: int = 1) -> float:
    started = time.perf_counter()
    found = likeness.near(number)
    took = (time.perf_counter() - started) * 1000
    if len(found) < least:
        raise RuntimeError("a copy within the distance was not found")
    return took


def _fill(likenesses: list[int], first: int) -> None:
    """Write rows without their images, which a look-up does not read, and index them afterwards."""
    marks = ", ".join(["%s"] * len(_COLUMNS))
    command = f"INSERT INTO {_TABLE} ({', '.join(_COLUMNS)}) VALUES ({marks})"  # noqa: S608  # names of our own
    numbered = enumerate(likenesses, first)
    rows = ((number, bits, *(bits >> 16 * band & 0xFFFF for band in range(4))) for number, bits in numbered)
    with _unindexed(), connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        while batch := list(islice(rows, _BATCH)):
            cursor.executemany(command, batch)


@contextmanager
def _unindexed() -> Iterator[None]:
    """Take the indexes away meanwhile: to fill them one row at a time takes minutes."""
    where = "" if connection.vendor == "sqlite" else f" ON {_TABLE}"
    with connection.cursor() as cursor:
        for index in INDEXES:
            cursor.execute(f"DROP INDEX {index.name}{where}")
        yield
        for index in INDEXES:
            cursor.execute(f"CREATE INDEX {index.name} ON {_TABLE} ({', '.join(index.fields)})")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))) + "\n")
