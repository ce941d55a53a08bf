"""What tests of webhooks share."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from accounts.models import User
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.webhooks import services
from imagehub.webhooks.services import Draft, New
from tests.webhooks.receiver import Receiver, receiving

Make = Callable[..., New]
Happen = Callable[..., None]


@pytest.fixture(autouse=True)
def _own_addresses(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:*"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def make(receiver: Receiver) -> Make:
    """Make an endpoint that leads to the receiver."""

    def made(owner: User, *events: str, hears: services.Hearing = services.Hearing.ONESELF) -> New:
        return services.create(Draft(receiver.url, events, hears=hears), by=owner)

    return made


@pytest.fixture
def happen() -> Happen:
    """Let something happen to somebody, or to the staff."""

    def happened(person: User | None, kind: Kind = Kind.EDIT_SAVED, **data: object) -> None:
        outbox.record(kind, audience=audience.user(person) if person else audience.STAFF, data=data)

    return happened
