"""One recipe for many images."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.editor.models import Kept
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField


class Batch(models.Model):
    """An order to do the same to many images, one after the other."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="batches")
    recipe_json = models.TextField()  # canonical
    kept = models.CharField(max_length=8, choices=Kept, default=Kept.COPY)  # what each edit is beside its original
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = _("batch of edits")
        verbose_name_plural = _("batches of edits")
        indexes = [models.Index(fields=["owner", "-id"], name="batch_by_owner")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def state(self) -> str:
        """What has become of it: `running`, `cancelled` or `finished`."""
        if self.cancelled_at:
            return "cancelled"
        return "finished" if self.finished_at else "running"


class State(models.TextChoices):
    """What has become of one image of a batch."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Part(models.Model):
    """One image of a batch, and what came of it."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    image_id_told = ExactCharField(max_length=64)  # the public id of the image
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    leased_until = models.DateTimeField(null=True)  # until when a worker has it for itself
    code = models.CharField(max_length=32, blank=True)  # why it failed, in the contract's words
    made_id_told = ExactCharField(max_length=64, blank=True)  # the public id of what was made

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="one_part_per_position")]
        indexes = [models.Index(fields=["batch", "state", "position"], name="part_by_state")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}: {self.state}"
