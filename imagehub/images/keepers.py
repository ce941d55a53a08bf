"""Which stored objects rows know: those of images, their renditions, and what apps keep besides.

An app that stores objects of which other rows than those of images know names a module that tells of them
(`stores_with = "some.module"` on its AppConfig, with what `Keeper` says).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol

from django.apps import apps

from imagehub.images.models import Image, Rendition


class Keeper(Protocol):
    """What an app with objects of its own lets us know of them."""

    def prefixes(self) -> Iterable[str]:
        """Return how the keys begin that are the app's alone."""

    def known(self, keys: Collection[str]) -> set[str]:
        """Return those keys that a row accounts for."""

    def recorded(self) -> Iterable[tuple[str, str]]:
        """Go through the keys that rows know, and the digests of what should lie there."""

    def digests(self, key: str) -> set[str]:
        """Return the digests that rows know of a key now; none when no row knows it."""

    def undescribed(self, before: datetime) -> Iterable[str]:
        """Go through the keys of what is said beside files and is not there, though nothing changed since a moment."""

    def describe(self, key: str) -> bool:
        """Say it again; tell whether there is anything to be said."""


def keepers() -> Iterator[Keeper]:
    """Go through the apps that keep objects of their own."""
    return (keeper for _app, keeper in modules("stores_with"))


def modules(name: str) -> Iterator[tuple[str, Any]]:
    """Go through the modules that apps name under a word, with the labels of the apps."""
    for app in apps.get_app_configs():
        if module := getattr(app, name, ""):
            yield app.label, import_module(module)


def known(keys: Collection[str]) -> set[str]:
    """Return those keys that a row accounts for."""
    others = (key for keeper in keepers() for key in keeper.known(keys))
    ours = (Image.objects.filter(key__in=keys), Rendition.objects.filter(key__in=keys))
    return {*others} | {key for rows in ours for key in rows.values_list("key", flat=True)}


def digests(key: str) -> set[str]:
    """Return the digests that rows know of a key now; none when no row knows any."""
    others = (digest for keeper in keepers() for digest in keeper.digests(key))
    ours = (Image.objects.filter(key=key), Rendition.objects.filter(key=key))
    return {*others} | {digest for rows in ours for digest in rows.values_list("digest", flat=True)}
