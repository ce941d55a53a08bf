"""The outbox: facts written in the transaction that made them, numbered once they are durable."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.events.catalog import Kind


class Event(models.Model):
    """One fact for one audience.

    `position` is the id that clients see. It is given after commit, by one numberer at a time, so that
    a smaller number never appears after a larger one: the row's own key cannot promise that where
    transactions run side by side.
    """

    position = models.PositiveBigIntegerField(null=True, unique=True)
    kind = models.CharField(max_length=40, choices=Kind)
    audience = models.CharField(max_length=80)  # `user:<primary key>` or `staff`
    occurred_at = models.DateTimeField(default=timezone.now)
    data = models.JSONField()
    origin = models.CharField(max_length=300, blank=True)  # scheme and host under which the one who acted saw us

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["audience", "position"], name="event_by_audience"),
            models.Index(fields=["occurred_at"], name="event_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind}"


class Counter(models.Model):
    """The last position given; its row lock is what makes the numberer the only one."""

    name = models.CharField(max_length=16, primary_key=True)
    position = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}={self.position}"
