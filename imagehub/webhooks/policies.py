"""Whose webhooks somebody may see and change."""

from typing import Protocol

from django.db.models import Q, QuerySet

from imagehub.lib.errors import Forbidden, NotFound
from imagehub.webhooks.models import Delivery, Endpoint


class Caller(Protocol):
    """Whoever asks; a service that holds a key of its own has no number."""

    @property
    def pk(self) -> int | None:
        """The primary key."""

    @property
    def is_staff(self) -> bool:
        """Whether it belongs to the staff."""


def endpoints_of(by: Caller) -> QuerySet[Endpoint]:
    """Return somebody's own endpoints, for staff with those that hear of everybody."""
    if by.pk is None:
        raise Forbidden
    return Endpoint.objects.filter(Q(owner_id=by.pk) | Q(owner=None) if by.is_staff else Q(owner_id=by.pk))


def endpoint_of(by: Caller, public_id: str) -> Endpoint:
    """Return one of them; NotFound for another's."""
    endpoint = endpoints_of(by).filter(public_id=public_id).first()
    if endpoint is None:
        raise NotFound
    return endpoint


def delivery_of(by: Caller, public_id: str, message_id: str) -> Delivery:
    """Return a message to one of somebody's endpoints; NotFound for another's."""
    sent = Delivery.objects.prefetch_related("attempts").filter(endpoint=endpoint_of(by, public_id))
    delivery = sent.filter(message_id=message_id).first()
    if delivery is None:
        raise NotFound
    return delivery


def require_may_hear_everything(by: Caller) -> None:
    """Refuse anybody but staff."""
    if not by.is_staff:
        raise Forbidden
