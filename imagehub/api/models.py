"""Answers kept for requests that may be sent again."""

from django.db import models
from django.utils import timezone

from imagehub.lib.fields import ExactCharField


class Answer(models.Model):
    """The first answer to an idempotency key, written in the transaction of its effect."""

    slot = models.CharField(max_length=64, unique=True)  # keyed hash of caller, route and key
    caller = ExactCharField(max_length=128, db_index=True)  # so that it goes when the caller's account goes
    fingerprint = models.CharField(max_length=64)  # keyed hash of the parsed request
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    location = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.status} {self.slot[:8]}"


class Posting(models.Model):
    """Which numbers in one range of a shelf have a term, one bit each; see `imagehub.api.shelves`."""

    pk = models.CompositePrimaryKey("shelf", "term", "bucket")
    shelf = ExactCharField(max_length=64)
    term = ExactCharField(max_length=64)
    bucket = models.PositiveIntegerField()
    bits = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.shelf}/{self.term}/{self.bucket}"
