"""Albums: images of one library, chosen and put in order by its owner."""

from typing import TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.images.sharing.links import LONGEST_NAME
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField
from imagehub.library.models.entries import Entry

P = TypeVar("P", bound=models.Model)


class Album(models.Model):
    """Images of a library, under a name."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="albums")
    name = models.CharField(max_length=LONGEST_NAME)
    cover = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, related_name="+")  # none: the first image
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("album")
        verbose_name_plural = _("albums")
        indexes = [models.Index(fields=["owner", "-updated_at"], name="album_by_owner")]

    def __str__(self) -> str:
        return self.name


class PlacedQuerySet(models.QuerySet[P]):
    """Questions about entries that stand in an order somewhere."""

    def live(self) -> "PlacedQuerySet[P]":
        """Leave out what is in the recycle bin, hidden or gone: it keeps its place and doesn't show."""
        return self.filter(entry__binned_at=None, entry__image__isnull=False, entry__terms__gt="")

    def in_order(self) -> "PlacedQuerySet[P]":
        """Put the first one first."""
        return self.order_by("position", "id")


class Placed(models.Model):
    """An entry where it stands among others."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    position = models.BigIntegerField()  # with gaps, so that most moves change one row; the older of equals is first

    objects = PlacedQuerySet.as_manager()

    class Meta:
        abstract = True


class AlbumItem(Placed):
    """An image in an album."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="items")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["album", "entry"], name="one_album_item_per_entry")]
        indexes = [models.Index(fields=["album", "position"], name="album_item_by_place")]

    def __str__(self) -> str:
        return f"{self.album_id}: {self.entry_id}"
