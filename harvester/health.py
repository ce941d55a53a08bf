"""How the parts are that harvesting and everything else depend on."""

import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import redis
import structlog
from django.conf import settings
from django.core.cache import BaseCache
from django.db import connection
from django.utils import timezone

from harvester import disks
from harvester.sources import mongo
from imagehub.images import storage
from imagehub.lib import database, shared
from imagehub.lib.errors import StorageUnavailable
from imagehub.lib.times import told
from imagehub.lib.turns import turn

log = structlog.get_logger(__name__)

KEPT = 5  # seconds for which a look at the parts is good: whoever asks often must not keep threads waiting
_PATIENCE = 1.0  # seconds
_FULL = "full disk"
_PROBE = "health"  # a key under which nothing ever lies


class State(StrEnum):
    """How a part is, in the contract's words; off means that this installation does without."""

    UP = "up"
    DOWN = "down"
    OFF = "off"


Look = Mapping[str, Mapping[str, Any]]
NEEDED = ("database", "storage")  # without these nothing can be answered; without the others harvests wait


def look() -> Look:
    """Return how each part is now, or was a few seconds ago."""
    if kept := _kept():
        return kept
    with turn("health"):
        return _kept() or _looked()


def is_ready(parts: Look) -> bool:
    """Tell whether requests can be answered; what lies on a full disk is still there."""
    return all(parts[name]["state"] == State.UP or parts[name]["kind"] == _FULL for name in NEEDED)


def report(parts: Look, *, details: Look | None) -> dict[str, Any]:
    """Return the answer: short words, and details for those who may see them."""
    states = {name: part["state"] for name, part in parts.items()}
    return {
        "status": "degraded" if State.DOWN in states.values() else "healthy",
        "service": "imagehub",
        "version": settings.VERSION,
        "environment": _environment(),
        "timestamp": told(timezone.now()),
        **states,
        "details": details,
    }


def _environment() -> str:
    if settings.DEBUG:
        return "development"
    return "embedded" if settings.EMBEDDED else "production"


def _kept() -> Look | None:
    def ask(store: BaseCache) -> Look | None:
        found: Look | None = store.get(_PROBE)
        return found

    return shared.ask(ask)


def _looked() -> Look:
    parts = {name: _part(check) for name, check in _CHECKS.items()}
    shared.ask(lambda store: store.set(_PROBE, parts, timeout=KEPT))
    for name, part in parts.items():
        if part["state"] == State.DOWN:
            log.warning("health.down", part=name)
    return parts


def _part(check: Callable[[], tuple[State, str]]) -> dict[str, Any]:
    began = time.monotonic()
    state, kind = check()
    return {"state": state.value, "kind": kind, "milliseconds": round(1000 * (time.monotonic() - began), 1)}


def _database() -> tuple[State, str]:
    return State.UP if database.answers() else State.DOWN, connection.vendor


def _broker() -> tuple[State, str]:
    if not settings.REDIS_URL:
        return State.OFF, "memory"
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
        ) as broker:
            broker.ping()
    except (OSError, redis.RedisError):
        return State.DOWN, "redis"
    return State.UP, "redis"


def _storage() -> tuple[State, str]:
    if disks.is_local():
        if not disks.is_writable():
            return State.DOWN, "disk"
        return (State.UP, "disk") if disks.has_room() else (State.DOWN, _FULL)
    try:
        storage.exists(_PROBE)
    except StorageUnavailable:
        return State.DOWN, "bucket"
    return State.UP, "bucket"


def _source() -> tuple[State, str]:
    if not settings.MONGODB_URI:
        return State.OFF, "mongodb"
    return State.UP if mongo.answers() else State.DOWN, "mongodb"


_CHECKS: Mapping[str, Callable[[], tuple[State, str]]] = {
    "database": _database,
    "broker": _broker,
    "storage": _storage,
    "source": _source,
}
