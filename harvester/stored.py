"""What the doctor has to know of harvested files; see `imagehub.images.doctor`."""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from harvester import metadata, naming
from harvester.models import Document, Harvested, Processed
from harvester.services import processing
from imagehub.images import storage

_BATCH = 500
_DESCRIPTION = "/metadata.json"
_FILE = re.compile(r"/(?:original|processed/[a-z]+)/[^/]+\Z")


def prefixes() -> list[str]:
    """Return how all keys below which something was harvested begin."""
    databases = Document.objects.values_list("database", flat=True).distinct()
    return sorted(f"{naming.segment(name)}/" for name in databases)


def known(keys: Collection[str]) -> set[str]:
    """Return those keys that a row accounts for."""
    files = [key for key in keys if _FILE.search(key)]
    return {*_rows(files), *_descriptions(keys)} if files else set(_descriptions(keys))


def recorded() -> Iterator[tuple[str, str]]:
    """Go through the keys and digests of all files, in short queries."""
    for model in (Harvested, Processed):
        last = 0
        while batch := list(_files(model).filter(pk__gt=last).order_by("pk")[:_BATCH]):
            yield from ((key, digest) for _pk, key, digest in batch)
            last = batch[-1][0]


def digests(key: str) -> set[str]:
    """Return the digests that rows know of a key now."""
    return {digest for model in (Harvested, Processed) for _pk, _key, digest in _files(model).filter(key=key)}


def undescribed(before: datetime) -> Iterator[str]:
    """Go through the keys of descriptions that are not there, of documents whose last harvest was before a moment."""
    last = 0
    closed = Document.objects.filter(updated_at__lte=before).exclude(job=None).order_by("pk")
    while batch := list(closed.filter(pk__gt=last)[:_BATCH]):
        yield from (key for key in map(metadata.key_of, batch) if not storage.exists(key))
        last = batch[-1].pk


def describe(key: str) -> bool:
    """Write a description anew; tell whether there is such a document."""
    folder = key.removesuffix(_DESCRIPTION).rpartition("/")[2]
    found = [one.pk for one in Document.objects.filter(folder=folder) if metadata.key_of(one) == key]
    for document_pk in found:
        processing.describe(document_pk)
    return bool(found)


def _files(model: type[Model]) -> "QuerySet[Any, tuple[int, str, str]]":
    return model._default_manager.exclude(key="").values_list("pk", "key", "sha256")  # noqa: SLF001  # Django's


def _rows(keys: Collection[str]) -> Iterator[str]:
    yield from Harvested.objects.filter(key__in=keys).values_list("key", flat=True)
    yield from Processed.objects.filter(key__in=keys).values_list("key", flat=True)


def _descriptions(keys: Collection[str]) -> Iterator[str]:
    homes = {key.removesuffix(_DESCRIPTION) for key in keys if key.endswith(_DESCRIPTION)}
    folders = {home.rpartition("/")[2] for home in homes}
    if not folders:
        return
    yield from (metadata.key_of(document) for document in Document.objects.filter(folder__in=folders))
