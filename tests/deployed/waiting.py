"""Waiting for what other processes do."""

import time
from collections.abc import Callable

PATIENCE = 90.0  # seconds


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Look until something is so; that it has not become so for long is a failure."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process's deed
