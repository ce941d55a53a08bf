"""How the interpreter divides its time among the threads of a session."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

TURN = 0.0001  # seconds
OBJECTS = 20_000  # made before the interpreter looks for garbage


@contextmanager
def short_turns() -> Iterator[None]:
    """Let nobody keep the interpreter for long, and let it tidy up less often.

    For each answer the event loop lets go of the interpreter some thirty times, for the system or libcurl, and
    has to get it back from threads that compute. With the turns it knows by itself, fifty times as long, the
    loop would spend most of its time waiting for theirs to end. And rows and results come by the thousand,
    next to none of which is ever garbage that refers to itself.
    """
    turn, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(TURN)
    gc.set_threshold(OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        gc.set_threshold(*thresholds)
