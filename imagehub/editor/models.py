"""Edits: images that were made from others by a recipe; and recipes that are kept under a name."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imagehub.images.models import Image
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField

LONGEST_NAME = 80


class Kept(models.TextChoices):
    """What an edit is beside its original: a picture of its own, or what stands in its place from now on."""

    COPY = "copy", pgettext_lazy("noun", "Copy")
    REVISION = "revision", _("Revision")


class EditQuerySet(models.QuerySet["Edit"]):
    """Questions about edits."""

    def with_images(self) -> "EditQuerySet":
        """Read the images along that an item of a list tells of."""
        return self.select_related("image", "parent")

    def standing(self) -> "EditQuerySet":
        """Revisions that are not taken back; of those of one picture the newest stands in its place."""
        return self.filter(is_revision=True, reverted_at=None)


class Edit(models.Model):
    """An image and how it came from another, which stays as it was; it outlives that other one."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="edits")
    image = models.OneToOneField(Image, on_delete=models.CASCADE, related_name="edit")
    parent = models.ForeignKey(Image, on_delete=models.SET_NULL, null=True, related_name="edits")
    parent_id_told = ExactCharField(max_length=64)  # the public id of the parent, also when that is gone
    recipe_json = models.TextField()  # canonical
    is_revision = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)
    reverted_at = models.DateTimeField(null=True)

    objects = EditQuerySet.as_manager()

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        indexes = [
            models.Index(fields=["parent", "-id"], name="edit_by_parent"),
            models.Index(fields=["parent_id_told", "is_revision", "-id"], name="edit_by_parent_told"),
            models.Index(fields=["owner", "-id"], name="edit_by_owner"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def recipe(self) -> list[dict[str, Any]]:
        """The operations, as a client would write them."""
        return list(json.loads(self.recipe_json))

    @property
    def kept(self) -> Kept:
        """What it is beside its original."""
        return Kept.REVISION if self.is_revision else Kept.COPY


class Preset(models.Model):
    """A recipe that its owner gave a name; no two of one owner have the same."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presets")
    name = ExactCharField(max_length=LONGEST_NAME)
    recipe_json = models.TextField()  # canonical
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_preset_per_name")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def recipe(self) -> list[dict[str, Any]]:
        """The operations, as a client would write them."""
        return list(json.loads(self.recipe_json))
