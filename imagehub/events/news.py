"""Facts as they are told.

A fact is written with what happened. What would cost more with each thing a user has, such as the list
of all their pictures, is read when somebody listens: apps name a function for it as `completes_news`.
So writing stays cheap however much there is, and old news carry addresses that still hold.
"""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class News:
    """One numbered fact."""

    position: int
    kind: str
    audience: str
    occurred_at: datetime
    data: dict[str, Any]
    origin: str  # scheme and host under which the one who acted saw us


Complete = Callable[[Sequence[News]], Sequence[News]]


def completed(page: Sequence[News]) -> Sequence[News]:
    """Return the same facts in the same order, each with all that its kind carries."""
    for complete in _completers():
        page = complete(page)
    return page


@functools.cache
def _completers() -> tuple[Complete, ...]:
    paths = (getattr(config, "completes_news", "") for config in apps.get_app_configs())
    return tuple(import_string(path) for path in paths if path)
