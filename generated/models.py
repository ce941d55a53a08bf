"""Generated images, their states and how they came to them; boards of them, and links to these."""

from typing import Any

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imagehub.images.models import Image
from imagehub.images.sharing.links import LONGEST_NAME, Link, LinkQuerySet
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField

LONGEST_PROMPT = 1000  # characters
LONGEST_MODEL = 200


class Status(models.TextChoices):
    """What has become of an image."""

    GENERATED = "generated", pgettext_lazy("status of an image", "Generated")
    PRINTED = "printed", pgettext_lazy("status of an image", "Printed")
    ORDERED = "ordered", pgettext_lazy("status of an image", "Ordered")
    DELETED = "deleted", pgettext_lazy("status of an image", "Deleted")


class GeneratedQuerySet(models.QuerySet["Generated"]):
    """Questions about generated images."""

    def of(self, owner: models.Model) -> "GeneratedQuerySet":
        """Those of one user."""
        return self.filter(owner_id=owner.pk)

    def binned_before(self, moment: Any) -> "GeneratedQuerySet":
        """Those that lie in the recycle bin since before a moment, longest first."""
        return self.filter(deleted_at__lt=moment).order_by("deleted_at")


class Generated(models.Model):
    """An image that an AI made, with what it was asked.

    `number` counts within the library of its owner, in the order of `created_at`; lists are made of it.
    `content` stands for owner, prompt, pixels and metadata. `live_content` repeats it outside the recycle bin
    and is null inside: a unique column is the one form of "once while live" that SQLite and MariaDB both enforce.
    """

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="generated")
    number = models.PositiveIntegerField()
    image = models.OneToOneField(Image, on_delete=models.PROTECT, related_name="generated")
    prompt = models.TextField(max_length=LONGEST_PROMPT)
    # Text rather than JSON: MariaDB's own JSON ends at 32 levels.
    metadata_json = models.TextField(default="{}")
    model = models.CharField(max_length=LONGEST_MODEL, blank=True)
    content = models.CharField(max_length=64)
    live_content = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  # null is what may repeat
    status = models.CharField(max_length=16, choices=Status, default=Status.GENERATED)
    status_before = models.CharField(max_length=16, choices=Status, blank=True)  # only of what is in the recycle bin
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True, db_index=True)
    optimised_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = GeneratedQuerySet.as_manager()

    class Meta:
        verbose_name = _("generated image")
        verbose_name_plural = _("generated images")
        constraints = [
            models.UniqueConstraint(fields=["owner", "number"], name="one_generated_per_number"),
            models.CheckConstraint(
                condition=Q(status=Status.DELETED, deleted_at__isnull=False, live_content__isnull=True)
                | ~Q(status=Status.DELETED) & Q(deleted_at__isnull=True, live_content__isnull=False, status_before=""),
                name="deleted_means_binned",
            ),
        ]
        indexes = [models.Index(fields=["owner", "created_at", "number"], name="generated_by_date")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def metadata(self) -> dict[str, Any]:
        """What its maker said about it."""
        return dict(orjson.loads(self.metadata_json))

    @property
    def is_live(self) -> bool:
        """Whether it is outside the recycle bin."""
        return self.status != Status.DELETED


class StatusChange(models.Model):
    """One step in the life of an image: from where to where, by whom and when."""

    generated = models.ForeignKey(Generated, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=16, choices=Status)
    after = models.CharField(max_length=16, choices=Status)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=100)  # who it was, also when it is no account or no longer one
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        indexes = [models.Index(fields=["generated", "id"], name="change_by_image")]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


class Board(models.Model):
    """Images of one library, chosen and put in order by its owner."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="boards")
    name = models.CharField(max_length=LONGEST_NAME)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        indexes = [models.Index(fields=["owner", "-updated_at"], name="board_by_owner")]

    def __str__(self) -> str:
        return self.name


class PinQuerySet(models.QuerySet["Pin"]):
    """Questions about what hangs on boards."""

    def live(self) -> "PinQuerySet":
        """Leave out images in the recycle bin, which keep their place and don't show."""
        return self.exclude(generated__status=Status.DELETED)

    def in_order(self) -> "PinQuerySet":
        """Put the first one first."""
        return self.order_by("position", "id")


class Pin(models.Model):
    """An image on a board."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="pins")
    generated = models.ForeignKey(Generated, on_delete=models.CASCADE, related_name="pins")
    position = models.PositiveIntegerField()  # gaps and equals are no matter: the older one comes first
    added_at = models.DateTimeField(default=timezone.now)

    objects = PinQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "generated"], name="one_pin_per_image")]
        indexes = [models.Index(fields=["board", "position"], name="pin_by_place")]

    def __str__(self) -> str:
        return f"{self.board_id}: {self.generated_id}"


class ShareLinkQuerySet(LinkQuerySet["ShareLink"]):
    """Questions about links to boards."""

    def open(self) -> LinkQuerySet["ShareLink"]:
        """Those that lead somewhere."""
        return self.lasting().filter(board__owner__is_active=True)


class ShareLink(Link):
    """A way to a board."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="links")

    objects = ShareLinkQuerySet.as_manager()

    class Meta(Link.Meta):
        verbose_name = _("link to a board")
        verbose_name_plural = _("links to boards")
