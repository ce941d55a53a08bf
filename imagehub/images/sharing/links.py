"""What every link is, whatever it leads to."""

from typing import TypeVar

from django.db import models
from django.utils import timezone

from imagehub.images.pipeline.recipes import Policy
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField

LONGEST_NAME = 100  # characters, of what a link leads to
LONGEST_RECIPIENT = 100


class Link(models.Model):
    """A way in for somebody without an account; who holds the token holds the way."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token, which is kept nowhere
    recipient = models.CharField(max_length=LONGEST_RECIPIENT, blank=True)
    password = models.CharField(max_length=128, blank=True)  # hashed; empty: none is asked for
    policy = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in Policy], default=Policy.DROP.value
    )
    opened_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_open(self) -> bool:
        """Whether it leads somewhere still."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def keeps_recipe(self) -> bool:
        """Whether who opens it is told prompts and parameters."""
        return self.policy == Policy.KEEP


L = TypeVar("L", bound=Link)


class LinkQuerySet(models.QuerySet[L]):
    """Questions about links."""

    def lasting(self) -> "LinkQuerySet[L]":
        """Those that were not taken back and have not come to their end."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())

    def ended_before(self, moment: object) -> "LinkQuerySet[L]":
        """Those that lead nowhere since before a moment."""
        return self.filter(models.Q(revoked_at__lt=moment) | models.Q(expires_at__lt=moment))
