"""A user's pictures."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.images.models import Image
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField


class PictureQuerySet(models.QuerySet["Picture"]):
    """Questions about pictures."""

    def of(self, owner: models.Model) -> "PictureQuerySet":
        """Those of one user, newest first."""
        return self.filter(owner_id=owner.pk).order_by("-id")

    def active(self) -> "PictureQuerySet":
        """Those that others see."""
        return self.filter(active_for__isnull=False)


class Picture(models.Model):
    """A user's picture; of a user's pictures exactly one is active.

    `active_for` repeats the owner on the active one and is null on the others: a unique column is the
    one form of "at most one" that SQLite and MariaDB both enforce.
    """

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pictures")
    active_for = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="active_picture", null=True, blank=True
    )
    image = models.OneToOneField(Image, on_delete=models.PROTECT, related_name="picture")
    file_name = ExactCharField(max_length=200)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.UniqueConstraint(fields=["owner", "file_name"], name="one_picture_per_file_name"),
            models.CheckConstraint(
                condition=Q(active_for__isnull=True) | Q(active_for=F("owner")), name="active_for_its_owner"
            ),
        ]
        indexes = [models.Index(fields=["owner", "-id"], name="picture_by_owner")]

    def __str__(self) -> str:
        return str(self.file_name)

    @property
    def is_active(self) -> bool:
        """Whether this is the picture that others see."""
        return self.active_for_id is not None
