"""Edits: images that were made from others by a recipe."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from imagehub.images.models import Image
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField


class EditQuerySet(models.QuerySet["Edit"]):
    """Questions about edits."""

    def with_images(self) -> "EditQuerySet":
        """Read the images along that an item of a list tells of."""
        return self.select_related("image", "parent")


class Edit(models.Model):
    """An image and how it came from another, which stays as it was; it outlives that other one."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="edits")
    image = models.OneToOneField(Image, on_delete=models.CASCADE, related_name="edit")
    parent = models.ForeignKey(Image, on_delete=models.SET_NULL, null=True, related_name="edits")
    parent_id_told = ExactCharField(max_length=64)  # the public id of the parent, also when that is gone
    recipe_json = models.TextField()  # canonical
    created_at = models.DateTimeField(default=timezone.now)
    reverted_at = models.DateTimeField(null=True)

    objects = EditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["parent", "-id"], name="edit_by_parent")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def recipe(self) -> list[dict[str, Any]]:
        """The operations, as a client would write them."""
        return list(json.loads(self.recipe_json))
