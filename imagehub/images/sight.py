"""Which images their owners no longer see among their pictures.

An app that puts images away names a module (`puts_away_with = "some.module"` on its AppConfig) with what `Away` says.
"""

from functools import reduce
from operator import or_
from typing import Protocol, cast

from django.db.models import Q

from imagehub.images import keepers


class Away(Protocol):
    """Conditions on images; one of another app's makes none of them."""

    BINNED: Q
    """What lies in a recycle bin."""
    UNSEEN: Q
    """That, and what is hidden otherwise."""


def binned() -> Q:
    """Return the condition of images that lie in a recycle bin."""
    return reduce(or_, (away.BINNED for away in _modules()), Q(pk__in=()))


def unseen() -> Q:
    """Return the condition of images that their owner does not see."""
    return reduce(or_, (away.UNSEEN for away in _modules()), Q(pk__in=()))


def _modules() -> list[Away]:
    return [cast("Away", module) for _app, module in keepers.modules("puts_away_with")]
