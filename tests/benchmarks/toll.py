"""What a process takes for its work, itself and all that it has started: told on its output when it is over."""

import json
import resource
import sys
import time
from types import TracebackType
from typing import Self


class Toll:
    """Counts from the moment at which it is entered, which is when the process is told to begin."""

    def __enter__(self) -> Self:
        _say("ready")
        sys.stdin.readline()
        self.began, self.spent = time.monotonic(), _processor()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.ended, self.spent = time.monotonic(), _processor() - self.spent

    def tell(self, **found: object) -> None:
        """Print it together with what came of the work."""
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _say(json.dumps({"began": self.began, "ended": self.ended, "cpu": self.spent, "memory": memory, **found}))


def _processor() -> float:
    """Return the seconds of processor time that this process and those it has waited for have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
