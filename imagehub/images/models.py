"""What the image core remembers: images, their renditions, and objects that must go."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imagehub.images import origins
from imagehub.images.pipeline.marks import Origin
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField


class Source(models.TextChoices):
    """The surface that an image belongs to."""

    PICTURE = "picture", _("Picture")
    PUBLICATION = "publication", _("Publication")
    GENERATED = "generated", pgettext_lazy("status of an image", "Generated")
    HARVESTED = "harvested", _("Harvested")
    LIBRARY = "library", _("Library")
    EDIT = "edit", pgettext_lazy("noun", "Edit")


class ImageQuerySet(models.QuerySet["Image"]):
    """Questions about images."""

    def public(self) -> "ImageQuerySet":
        """Images that anybody may see."""
        return self.filter(is_public=True)

    def unlisted(self) -> "ImageQuerySet":
        """Images that the library has not looked at as they are now."""
        return self.filter(is_listed__in=[False])  # `NOT is_listed`, which `False` by itself becomes, uses no index


class Image(models.Model):
    """One cleaned picture and the one stored object that holds it; its bytes never change."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="images")
    source = models.CharField(max_length=16, choices=Source)
    key = ExactCharField(max_length=400, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the stored bytes, hexadecimal
    content_type = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()  # bytes
    frames = models.PositiveSmallIntegerField(default=1, db_default=1)  # more than one: it moves
    duration = models.PositiveIntegerField(default=0, db_default=0)  # milliseconds of one round of all frames
    colour = models.CharField(max_length=7, default="#808080")  # mean colour, shown until the picture is there
    likeness = models.BigIntegerField(null=True)  # perceptual hash, 64 bits as a signed number; null: too plain
    is_public = models.BooleanField(default=False)  # whether anybody may see it without a signature
    origin = models.CharField(max_length=8, choices=origins.CHOICES, default=Origin.UNKNOWN)  # as its file claimed
    source_type = models.CharField(max_length=48, blank=True, default="")  # the claim as a term of the IPTC
    is_listed = models.BooleanField(default=False, db_default=False)  # whether the library knows its present state
    # What a cut must keep, as shares of width and height; null: nobody said.
    focus_x = models.FloatField(null=True)
    focus_y = models.FloatField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored image")
        verbose_name_plural = _("stored images")
        indexes = [
            models.Index(fields=["owner", "-id"], name="image_by_owner"),
            models.Index(fields=["is_listed", "owner", "id"], name="image_by_listing"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_moving(self) -> bool:
        """Whether it has more than one frame."""
        return self.frames > 1


def today() -> date:
    """Return the day, in UTC."""
    return timezone.now().date()


class RenditionQuerySet(models.QuerySet["Rendition"]):
    """Questions about renditions."""

    def public(self) -> "RenditionQuerySet":
        """Renditions of images that anybody may see."""
        return self.filter(image__is_public=True)


class Rendition(models.Model):
    """An image at a named size and format, made on first request; may be dropped at any time."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")
    name = ExactCharField(max_length=64)  # `{preset}.{extension}`
    key = ExactCharField(max_length=400, unique=True)
    digest = models.CharField(max_length=64)
    content_type = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    # No finer, so that views seldom write; without a word, long ago.
    last_used = models.DateField(default=today, db_default=date(2026, 1, 1))
    created_at = models.DateTimeField(default=timezone.now)

    objects = RenditionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "name"], name="one_rendition_per_name")]
        # With the size, so that adding all of them up reads nothing but this index.
        indexes = [models.Index(fields=["last_used", "id", "size"], name="rendition_by_use")]

    def __str__(self) -> str:
        return f"{self.image_id}/{self.name}"


class Fingerprint(models.Model):
    """An image's likeness cut into four bands, so that close ones can be looked up among millions."""

    image = models.OneToOneField(Image, on_delete=models.CASCADE, related_name="fingerprint")
    likeness = models.BigIntegerField()
    band0 = models.PositiveSmallIntegerField()
    band1 = models.PositiveSmallIntegerField()
    band2 = models.PositiveSmallIntegerField()
    band3 = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=[f"band{number}", "likeness"], name=f"fingerprint_band{number}") for number in range(4)
        ]

    def __str__(self) -> str:
        return f"{self.likeness & (1 << 64) - 1:016x}"


class Usage(models.Model):
    """What the images of an account take up; changed with them, in the same transaction."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="usage")
    bytes = models.PositiveBigIntegerField(default=0)
    files = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.files} files, {self.bytes} bytes"


class Tombstone(models.Model):
    """A stored object whose row is gone; the reaper removes the object, then this."""

    key = ExactCharField(max_length=400, unique=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("object to remove")
        verbose_name_plural = _("objects to remove")

    def __str__(self) -> str:
        return str(self.key)
