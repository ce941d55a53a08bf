"""What people and the worker do with webhooks."""

from imagehub.webhooks.services.deliveries import replay, replay_failed, test
from imagehub.webhooks.services.endpoints import (
    Draft,
    Hearing,
    New,
    change,
    create,
    remove,
    rotate,
    switch_off,
    switch_on,
)

__all__ = [
    "Draft",
    "Hearing",
    "New",
    "change",
    "create",
    "remove",
    "replay",
    "replay_failed",
    "rotate",
    "switch_off",
    "switch_on",
    "test",
]
