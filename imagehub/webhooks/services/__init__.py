"""What people and the worker do with webhooks."""

from imagehub.webhooks.services.deliveries import replay, replay_failed, test
from imagehub.webhooks.services.endpoints import (
    KINDS,
    SUBJECTS,
    Draft,
    Hearing,
    New,
    change,
    create,
    create_judged,
    erase,
    judge,
    remove,
    rotate,
    stop,
    switch_off,
    switch_on,
)

__all__ = [
    "KINDS",
    "SUBJECTS",
    "Draft",
    "Hearing",
    "New",
    "change",
    "create",
    "create_judged",
    "erase",
    "judge",
    "remove",
    "replay",
    "replay_failed",
    "rotate",
    "stop",
    "switch_off",
    "switch_on",
    "test",
]
