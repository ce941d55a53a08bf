"""An index of images that heals itself."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from imagehub.images.models import Image
from imagehub.lib.errors import ImageNotFound

LONGEST_TITLE = 200  # characters


class Shelf(models.Model):
    """Somebody's library as a whole; who changes what stands in it holds this row locked."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shelf")
    last = models.PositiveIntegerField(default=0)  # the highest number ever given
    last_at = models.DateTimeField(null=True)  # the time that went with it

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.last}"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Questions about what stands in libraries."""

    def of(self, owner: models.Model) -> "EntryQuerySet":
        """Those of one user."""
        return self.filter(owner_id=owner.pk)

    def with_images(self) -> "EntryQuerySet":
        """Read the images along, and what is told of an edit."""
        return self.select_related("image__edit")

    def binned_before(self, moment: datetime) -> "EntryQuerySet":
        """Those that lie in the recycle bin since before a moment, longest first."""
        return self.filter(binned_at__lt=moment).order_by("binned_at")


class Entry(models.Model):
    """An image as its owner's library shows it.

    `number` counts within the library of its owner, in the order of `created_at`; lists are made of it. `terms`
    are what it stands under on the shelf, so that they can be taken off when they are no longer right. An
    image that is gone leaves its entry behind, for the next look to clear away.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField()
    image = models.OneToOneField(Image, on_delete=models.SET_NULL, null=True, related_name="entry")
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)  # its owner's, or else that of its surface
    own_title = models.CharField(max_length=LONGEST_TITLE, blank=True)  # what its owner said
    terms = models.TextField(blank=True)  # between line feeds, in order; none while it is hidden
    binned_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    likeness = models.BigIntegerField(null=True)  # of the image, and cut into bands for `images.likeness.nearest`
    band0 = models.PositiveSmallIntegerField(null=True)
    band1 = models.PositiveSmallIntegerField(null=True)
    band2 = models.PositiveSmallIntegerField(null=True)
    band3 = models.PositiveSmallIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "number"], name="one_entry_per_number")]
        indexes = [
            models.Index(fields=["owner", "created_at", "number"], name="entry_by_date"),
            models.Index(fields=["owner", "image"], name="entry_by_image"),
            *(models.Index(fields=["owner", f"band{part}", "likeness"], name=f"entry_band{part}") for part in range(4)),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id}/{self.number}"

    @property
    def picture(self) -> Image:
        """The image, or ImageNotFound where it is gone meanwhile."""
        if self.image is None:
            raise ImageNotFound
        return self.image

    @property
    def is_binned(self) -> bool:
        """Whether it lies in the recycle bin."""
        return self.binned_at is not None
