"""Why a decoder process was lost, told by how it ended."""

import os
import select
import signal

from imagehub.images.pipeline.refusals import Reason

_DYING = 200  # milliseconds that a process may take from closing its pipes to its end


def fate(pid: int) -> Reason | None:
    """Return why a child of ours that gives no answer was lost: over its work, or over the picture itself.

    None means that something else killed it, over its work or not: a machine without memory, an operator. One that
    still runs is stuck, which is too much work too. It is left to be ended and awaited by whoever owns it. Of one that
    can't be looked at nothing is known.
    """
    try:
        watched = os.pidfd_open(pid)
    except OSError:  # it is gone, or we have no file left for it
        return Reason.DAMAGED
    try:
        return _told(watched)
    finally:
        os.close(watched)


def _told(watched: int) -> Reason | None:
    ended = select.poll()
    ended.register(watched, select.POLLIN)
    if not ended.poll(_DYING):
        return Reason.TOO_EXPENSIVE
    try:
        how = os.waitid(os.P_PIDFD, watched, os.WEXITED | os.WNOWAIT)
    except ChildProcessError:  # awaited by another thread, which shuts all of them down
        return Reason.DAMAGED
    end = how.si_status if how is not None and how.si_code == os.CLD_KILLED else None
    if end == signal.SIGKILL:
        return None
    return Reason.TOO_EXPENSIVE if end == signal.SIGPROF else Reason.DAMAGED
