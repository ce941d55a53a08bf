"""Run the measures and print a table: `python -m tests.benchmarks [http] [pixels] [sockets] …`."""

import importlib
import os
import sys

from imagehub.lib import database
from tests.benchmarks import report

PARTS = ("http", "thumbor", "pixels", "sockets", "publications", "likeness", "generated", "library", "harvest")


def main() -> None:
    """Print each measure as soon as it is known."""
    os.environ.setdefault("DATABASE_SECONDS", str(database.LONGEST))  # a million rows are written by one statement
    report.show(report.heading())
    for part in sys.argv[1:] or PARTS:
        for measure in importlib.import_module(f"tests.benchmarks.{part}").measures():
            report.show(measure)


if __name__ == "__main__":
    main()
