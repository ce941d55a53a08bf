"""Where facts enter: in the transaction that makes them true."""

from collections.abc import Mapping

from django.db import transaction

from imagehub.events import bell
from imagehub.events.catalog import Kind
from imagehub.events.models import Event
from imagehub.lib import origin


def record(kind: Kind, *, audience: str, data: Mapping[str, object]) -> Event:
    """Write a fact in the caller's transaction; it is told once that commits, or never."""
    event = Event.objects.create(kind=kind, audience=audience, data=dict(data), origin=origin.current())
    transaction.on_commit(bell.ring, robust=True)
    return event
