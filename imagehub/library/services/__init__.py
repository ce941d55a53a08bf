"""What can be done with a library."""

from imagehub.library.services.batches import batch_of, begin, cancel, idle, step
from imagehub.library.services.binning import (
    bin,  # noqa: A004  # its name
    change,
    empty,
    remove,
    remove_binned,
    restore,
    retitle,
)
from imagehub.library.services.erasure import erase
from imagehub.library.services.keeping import LIMITS, adopt, judged, keep, keep_judged, title_of

__all__ = [
    "LIMITS",
    "adopt",
    "batch_of",
    "begin",
    "bin",
    "cancel",
    "change",
    "empty",
    "erase",
    "idle",
    "judged",
    "keep",
    "keep_judged",
    "remove",
    "remove_binned",
    "restore",
    "retitle",
    "step",
    "title_of",
]
