"""Where generated images lie; a caller never supplies a path."""

import secrets
import time
from collections.abc import Iterator

TRIES = 64
_STEP = 4  # milliseconds by which each further try may lie further on


def keys(owner_id: str) -> Iterator[str]:
    """Yield keys for an image made now: the present millisecond first, then others near it."""
    now = time.time_ns() // 1_000_000
    for number in range(TRIES):
        yield f"images/{owner_id}/{now}_generated_{now + secrets.randbelow(number * _STEP + 1)}.png"
