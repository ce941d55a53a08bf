"""Images, and renditions that are there, looked up in queries that were composed once."""

from collections.abc import Callable, Sequence

from django.db import DEFAULT_DB_ALIAS

from imagehub.images.models import Image, ImageQuerySet, Rendition, RenditionQuerySet
from imagehub.lib.prepared import Prepared

_COLUMNS = [field.attname for field in Rendition._meta.concrete_fields]  # noqa: SLF001  # Django's documented name
_IMAGE_COLUMNS = [field.attname for field in Image._meta.concrete_fields]  # noqa: SLF001  # likewise
_EXAMPLES = ("one", "other")


class Shelf:
    """Images in somebody's reach and their renditions, the latter looked up by one or two names in a single query."""

    def __init__(self, images: Callable[[], ImageQuerySet], reach: Callable[[], RenditionQuerySet]) -> None:
        self._image = Prepared(lambda: images().filter(public_id="id").values_list(*_IMAGE_COLUMNS))
        self._lookups = {
            count: Prepared(
                lambda count=count: (  # type: ignore[misc]  # it can't tell the type of a bound default
                    reach().filter(image__public_id="id").filter(name__in=_EXAMPLES[:count]).values_list(*_COLUMNS)
                )
            )
            for count in range(1, len(_EXAMPLES) + 1)
        }

    def image(self, public_id: str) -> Image | None:
        """Return an image."""
        rows = self._image.rows(public_id)
        return next((Image.from_db(DEFAULT_DB_ALIAS, _IMAGE_COLUMNS, row) for row in rows), None)

    def find(self, public_id: str, file_names: Sequence[str]) -> dict[str, Rendition]:
        """Return those renditions of an image that exist, by their names."""
        rows = self._lookups[len(file_names)].rows(public_id, *file_names)
        found = (Rendition.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row) for row in rows)
        return {kept.name: kept for kept in found}


ALL = Shelf(Image.objects.all, Rendition.objects.all)
PUBLIC = Shelf(Image.objects.public, Rendition.objects.public)
