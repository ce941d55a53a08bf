"""`manage.py doctor`: tells whether database and storage agree."""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from imagehub.images import doctor
from imagehub.lib.errors import Unavailable

Outcome = tuple[doctor.Finding, str]
FOUND, MENDED = "found", "mended"


class Command(BaseCommand):
    """Report, and with --repair mend, what database and storage disagree about."""

    help = (
        "Compare the database with the stored objects. Changes nothing without --repair. "
        "Ends with 0 when all is well or was mended, with 1 when something remains."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--repair", action="store_true", help="mend what can be mended without losing anything")
        parser.add_argument(
            "--min-age",
            type=int,
            default=int(doctor.GRACE.total_seconds()),
            metavar="SECONDS",
            help="leave younger objects alone: uploads may be under way (default: %(default)s)",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line; the last one is the summary")

    def handle(self, *_args: object, **options: Any) -> None:
        """Print each finding as it is found, then the summary."""
        worded, summed = (_json, _json_summary) if options["json"] else (_sentence, _summary)
        remaining: Counter[str] = Counter()
        mended: Counter[str] = Counter()
        try:
            for outcome in _outcomes(timedelta(seconds=options["min_age"]), _remedy(**options)):
                (mended if outcome[1] == MENDED else remaining)[outcome[0].kind] += 1
                self.stdout.write(worded(outcome))
        except Unavailable as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(summed(remaining, mended))
        if remaining:
            sys.exit(1)


def _remedy(*, repair: bool, **_: object) -> Callable[[doctor.Finding], bool]:
    return doctor.mend if repair else lambda _finding: False


def _outcomes(grace: timedelta, remedy: Callable[[doctor.Finding], bool]) -> Iterator[Outcome]:
    for finding in doctor.examine(grace):
        yield finding, MENDED if remedy(finding) else FOUND


def _sentence(outcome: Outcome) -> str:
    finding, state = outcome
    return f"{state:7} {finding.kind:18} {finding.key}  ({doctor.SENTENCES[finding.kind]})"


def _json(outcome: Outcome) -> str:
    finding, state = outcome
    return json.dumps({"kind": finding.kind, "key": finding.key, "state": state})


def _summary(remaining: Counter[str], mended: Counter[str]) -> str:
    if not remaining and not mended:
        return "All is well: every row has its object, every object its row."
    return f"{mended.total()} mended, {remaining.total()} remaining."


def _json_summary(remaining: Counter[str], mended: Counter[str]) -> str:
    return json.dumps({"remaining": dict(remaining), "mended": dict(mended)})
