"""A processor core to oneself.

Threads that share the interpreter's lock hand it over whenever one waits for something, and from one core to another
that costs them a third of their time. On one core they lose nothing, since only one of them runs at a time. Several
processes take a core each, also those of several containers of a machine.
"""

import fcntl
import os
import platform
import random
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")  # the same in all containers of a machine, and of no two machines
_SIBLINGS = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings"  # a mask, in words of 32 bits
_MOST = 16  # bits that number the cores of a machine
_ALL = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


@contextmanager
def one_of_its_own(folder: Path) -> Iterator[int | None]:
    """Keep this thread, and those that it begins, on a core that nobody took who asks with the same folder.

    Yields the number of the core, or None where all stays as it is: every core is taken, there is but one, or the
    system does not tell them apart. A process that ends, however it does, gives its core back. At most one thread of
    a process has one.
    """
    with ExitStack() as kept:
        try:
            core = _confined(kept.enter_context((folder / "cores.lock").open("ab")).fileno()) if len(_ALL) > 1 else None
        except OSError:
            core = None  # it is only about speed: a full disk costs us no more than that
        kept.callback(set_free, 0)
        yield core


def set_free(pid: int) -> None:
    """Let a process that a thread on a core of its own has begun run on all of them; 0 is the thread itself."""
    if _ALL:
        with suppress(OSError):  # it has ended already, or others than these cores are ours by now
            os.sched_setaffinity(pid, _ALL)


def _confined(ledger: int) -> int | None:
    machine = zlib.crc32(_BOOT.read_bytes() if _BOOT.exists() else platform.node().encode())
    core = next((core for core in _in_order() if _is_taken(ledger, (machine << _MOST) + core)), None)
    if core is not None:
        os.sched_setaffinity(0, {core})
    return core


def _in_order() -> list[int]:
    """Return the cores by chance, but those that are halves of one after the first half of each."""
    return sorted(random.sample(sorted(_ALL), len(_ALL)), key=_place_among_siblings)


def _place_among_siblings(core: int) -> int:
    try:
        mask = int(Path(_SIBLINGS.format(core)).read_text(encoding="ascii").replace(",", ""), 16)
    except (OSError, ValueError):
        return 0
    return (mask & ((1 << core) - 1)).bit_count()


def _is_taken(ledger: int, byte: int) -> bool:
    """Try to take the core that a byte of the ledger stands for."""
    try:
        fcntl.lockf(ledger, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except OSError:
        return False
    return True
