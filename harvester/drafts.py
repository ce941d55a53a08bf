"""What a harvest is asked to be, judged before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harvester.models import Kind

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
