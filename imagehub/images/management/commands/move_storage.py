"""`manage.py move_storage`: moves all stored objects to another place while ImageHub goes on working."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from imagehub.images.moving import move, places
from imagehub.images.moving.carrying import SENTENCES, Carrier, Side
from imagehub.images.moving.journal import Journal
from imagehub.images.moving.move import Move, Progress
from imagehub.lib import storage_url
from imagehub.lib.errors import Unavailable

EVERY = 2.0  # seconds between two lines of progress
NEXT = {
    Side.SOURCE: (
        "ImageHub still writes to {source}. Set STORAGE_URL to the new place and STORAGE_URL_BEFORE to the "
        "former one, restart every process, and run this again for what came meanwhile."
    ),
    Side.TARGET: "All of {source} is in {target}. STORAGE_URL_BEFORE can go; --delete-source empties the former place.",
}


class Command(BaseCommand):
    """Copy, read back, compare; delete only when told to."""

    help = (
        "Move all stored objects to another place. ImageHub may go on working; with STORAGE_URL naming the new place "
        "and STORAGE_URL_BEFORE the former one, nobody notices. May be killed and run again at any time. "
        "Ends with 0 when everything has arrived."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--to", metavar="URL", help="the new place (default: STORAGE_URL, with STORAGE_URL_BEFORE)")
        parser.add_argument("--from", metavar="URL", dest="source", help="the former place (default: the configured)")
        parser.add_argument("--dry-run", action="store_true", help="say what there is to move, and change nothing")
        parser.add_argument("--delete-source", action="store_true", help="then delete there what is compared here")
        parser.add_argument("--workers", type=int, default=8, help="objects at a time (default: %(default)s)")

    def handle(self, *_args: object, **options: Any) -> None:
        """Tell how it goes, then what came of it."""
        source, target = _ends(options["source"], options["to"])
        if options["delete_source"] and target != settings.STORAGE_URL:
            raise CommandError("--delete-source needs STORAGE_URL to name the new place, so that nothing is missed.")
        with _named():
            carrier = places.carrier(source, target)
            if options["dry_run"]:
                self._plan(carrier)
            else:
                progress = self._moved(carrier, (source, target), **options)
                self._conclude(progress, carrier.hub, storage_url.named(source), storage_url.named(target))

    def _plan(self, carrier: Carrier) -> None:
        plan = move.planned(carrier.source)
        absent = sum(1 for _ in move.missing(carrier.source, carrier.target))
        self.stdout.write(f"{plan.objects:,} objects, {filesizeformat(plan.bytes)}; {absent:,} not there yet.")

    def _moved(self, carrier: Carrier, ends: tuple[str, str], **options: Any) -> Progress:
        places.require_two(carrier.source, carrier.target)
        progress = move.planned(carrier.source)
        self.stdout.write(f"{progress.objects:,} objects, {filesizeformat(progress.bytes)} to move.")
        self.stdout.flush()
        tell = _Teller(self.stdout)
        with Journal(Path(settings.DATA_DIR) / "moves", *ends) as journal:
            work = Move(carrier, journal, max(1, options["workers"]))
            work.carry_all(progress, tell)
            if options["delete_source"] and progress.is_complete:
                work.delete_source(progress, tell)
        return progress

    def _conclude(self, progress: Progress, hub: Side, source: str, target: str) -> None:
        for outcome, count in progress.outcomes.most_common():
            self.stdout.write(f"{count:>12,} {outcome:9} {SENTENCES[outcome]}")
        for key, outcome in progress.doubts:
            self.stdout.write(f"{outcome:12} {key}")
        self.stdout.write(f"{_pace(progress)} {progress.deleted:,} deleted from the former place.")
        if not progress.is_complete:
            sys.exit(1)
        self.stdout.write(NEXT[hub].format(source=source, target=target))


@contextmanager
def _named() -> Iterator[None]:
    """Let callers read a sentence instead of a trace."""
    try:
        yield
    except places.SamePlace as error:
        raise CommandError("Source and target are the same place, or one lies within the other.") from error
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    except Unavailable as error:
        raise CommandError(f"{error.message} The next run goes on where this one stopped.") from error


def _ends(source: str | None, target: str | None) -> tuple[str, str]:
    before = settings.STORAGE_URL_BEFORE
    to = target or (settings.STORAGE_URL if before else "")
    if not to:
        raise CommandError("Say where to move with --to, or set STORAGE_URL and STORAGE_URL_BEFORE.")
    return source or (before if before and to == settings.STORAGE_URL else settings.STORAGE_URL), to


class _Teller:
    """Writes a line now and then."""

    def __init__(self, out: Any) -> None:
        self._out, self._last = out, time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() - self._last < EVERY:
            return
        self._last = time.monotonic()
        deleted = f", {progress.deleted:,} deleted there" if progress.deleted else ""
        self._out.write(f"{progress.seen:,} of {progress.objects:,} objects{deleted}. {_pace(progress)}")
        self._out.flush()


def _pace(progress: Progress) -> str:
    seconds = max(progress.seconds, 0.001)
    rate = filesizeformat(progress.carried_bytes / seconds)
    return (
        f"{filesizeformat(progress.seen_bytes)} in {seconds:.1f} s: {progress.seen / seconds:,.0f} objects "
        f"and {rate} a second."
    )
