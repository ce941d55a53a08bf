"""What a harvest is asked to be, judged before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harvester.models import Job, Kind

FIELDS = ("images", "photos", "gallery", "media", "image_urls", "pictures", "imagen", "imagenes", "fotos")
"""Where addresses of images are looked for, in this order, unless a job says otherwise."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A harvest that somebody wants."""

    kind: Kind
    database: str
    collection: str
    document_id: str = ""
    filter_query: Mapping[str, Any] = field(default_factory=dict)
    limit: int | None = None  # documents; None: all
    skip: int = 0
    fields: tuple[str, ...] = FIELDS
    processors: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def options(self) -> dict[str, Any]:
        """What a job keeps of it besides where and which documents."""
        said: dict[str, Any] = {"fields": list(self.fields), "processors": list(self.processors)}
        return (
            said
            | ({"limit": self.limit} if self.limit is not None else {})
            | ({"skip": self.skip} if self.skip else {})
        )

    def as_kept(self) -> dict[str, Any]:
        """Return it as JSON keeps it; `kept` reads it back."""
        place = {"kind": str(self.kind), "database": self.database, "collection": self.collection}
        which = {"document_id": self.document_id, "filter_query": dict(self.filter_query)}
        return {**place, **which, "options": self.options, "metadata": dict(self.metadata)}


def kept(said: Mapping[str, Any]) -> Draft:
    """Read what `as_kept` wrote."""
    return _read(said["options"], **{name: said[name] for name in _COLUMNS})


def of(job: Job) -> Draft:
    """Return what a job was asked to be."""
    return _read(job.options, **{name: getattr(job, name) for name in _COLUMNS})


_COLUMNS = ("kind", "database", "collection", "document_id", "filter_query", "metadata")


def _read(options: Mapping[str, Any], *, kind: str, **columns: Any) -> Draft:
    several: dict[str, Any] = {name: tuple(options.get(name, ())) for name in ("fields", "processors")}
    return Draft(kind=Kind(kind), limit=options.get("limit"), skip=options.get("skip", 0), **several, **columns)
