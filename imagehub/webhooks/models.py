"""Endpoints that want to hear of facts, what is told to them, and each try to tell it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField
from imagehub.webhooks import wording

LONGEST_URL = 2000  # characters
LONGEST_DESCRIPTION = 200  # characters
PATIENCE = timedelta(hours=76)  # from a fact to the end of all tries
SLOW = 2000  # milliseconds; who takes longer, or was never asked, is not trusted to answer soon


class Ending(models.TextChoices):
    """Why nothing more is sent to an endpoint."""

    PAUSED = "paused", _("switched off by hand")
    GONE = "gone", _("it answered that it is gone")
    FAILING = "failing", _("it answered no try for three days")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Questions about endpoints."""

    def awaited(self) -> "EndpointQuerySet":
        """Those to which something is to be sent now, who was served longest ago first."""
        due = Delivery.objects.due().filter(endpoint=OuterRef("pk"))
        return self.open().filter(Exists(due)).order_by("served_at", "pk")

    def trusted(self) -> "EndpointQuerySet":
        """Those that answer soon."""
        return self.filter(milliseconds__lt=SLOW)

    def open(self) -> "EndpointQuerySet":
        """Those that are to hear of facts: switched on, their owner not disabled."""
        return self.filter(Q(owner=None) | Q(owner__is_active=True), ending="")


class Endpoint(models.Model):
    """An address that wants to hear; without an owner it hears what happens to everybody."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks", null=True, blank=True
    )
    url = models.CharField(_("address"), max_length=LONGEST_URL)
    description = models.CharField(_("description"), max_length=LONGEST_DESCRIPTION, blank=True)
    events = models.JSONField(_("events"), default=list)  # kinds, or `subject.*`; empty: all
    secret = models.CharField(max_length=300, editable=False)  # sealed
    former_secret = models.CharField(max_length=300, blank=True, editable=False)  # sealed; signs too, until its end
    former_until = models.DateTimeField(null=True, blank=True, editable=False)
    since = models.PositiveBigIntegerField(default=0, editable=False)  # the last position it is not told of
    ending = models.CharField(_("switched off"), max_length=8, choices=Ending, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    resting_until = models.DateTimeField(null=True, blank=True)  # it asked for less
    last_success_at = models.DateTimeField(null=True, blank=True)
    # How long it takes to answer: the last time, or half of what was noted before if that is more.
    milliseconds = models.PositiveIntegerField(null=True, blank=True, editable=False)
    served_at = models.DateTimeField(null=True, blank=True, editable=False)  # when a message to it was last begun
    created_at = models.DateTimeField(default=timezone.now)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes = [models.Index(fields=["ending", "served_at"], name="webhook_turn")]

    def __str__(self) -> str:
        return str(self.url)

    @property
    def is_trusted(self) -> bool:
        """Whether it is known to answer soon."""
        return self.milliseconds is not None and self.milliseconds < SLOW

    def took(self, milliseconds: int) -> None:
        """Learn from a try; trust that was lost comes back with the third quick answer."""
        self.milliseconds = max(milliseconds, (self.milliseconds or 0) // 2)

    def wants(self, kind: str) -> bool:
        """Tell whether it asked for facts of this kind."""
        subject = f"{kind.partition('.')[0]}.*"
        return not self.events or kind in self.events or subject in self.events


class State(models.TextChoices):
    """How far a delivery is."""

    PENDING = "pending", _("waiting")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about deliveries."""

    def due(self) -> "DeliveryQuerySet":
        """Those to be sent now: nobody has them in hand, and their endpoint takes something."""
        now = timezone.now()
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        awake = Q(endpoint__resting_until=None) | Q(endpoint__resting_until__lte=now)
        return self.filter(free, awake, state=State.PENDING, next_at__lte=now, endpoint__ending="")

    def in_hand(self) -> "DeliveryQuerySet":
        """Those that somebody sends at this moment."""
        return self.filter(state=State.PENDING, leased_until__gt=timezone.now())


def end_of_tries() -> datetime:
    """Return until when something that happens now is tried."""
    return timezone.now() + PATIENCE


class Delivery(models.Model):
    """One fact for one endpoint: the very bytes that are signed and sent, however often."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    message_id = ExactCharField(max_length=64, unique=True)  # `webhook-id`, the same at every try
    position = models.PositiveBigIntegerField(null=True)  # of the fact; null for a test
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(default=end_of_tries)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["endpoint", "position"], name="one_delivery_per_fact")]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["endpoint", "state", "next_at"], name="delivery_of_endpoint"),
            models.Index(fields=["endpoint", "-id"], name="delivery_log"),
            models.Index(fields=["created_at"], name="delivery_by_age"),
            models.Index(fields=["leased_until"], name="delivery_in_hand"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class Attempt(models.Model):
    """One try, without anything the other side said beyond its status."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)  # of the answer, if there was one
    reason = models.CharField(max_length=24, blank=True)  # why there was none
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")

    def __str__(self) -> str:
        return str(self.status or self.reason)

    @property
    def sentence(self) -> str:
        """What people are told about it, in their language."""
        return wording.sentence(self.status, self.reason)


class Result(models.TextChoices):
    """What came of a message, as the metrics tell it."""

    DELIVERED = "delivered", "delivered"
    RETRIED = "retried", "retried"  # not taken, and tried again later
    FAILED = "failed", "failed"  # given up


class TallyQuerySet(models.QuerySet["Tally"]):
    """Counting, and what was counted."""

    def add(self, result: Result, number: int = 1) -> None:
        """Count within the caller's transaction, as the last of what it writes."""
        if number and not self._increased(result, number):
            self.get_or_create(result=result)
            self._increased(result, number)

    def by_result(self) -> dict[str, int]:
        """Return the counts; what never happened is missing."""
        return dict(self.values_list("result", "count"))

    def _increased(self, result: Result, number: int) -> int:
        return self.filter(result=result).update(count=F("count") + number)


class Tally(models.Model):
    """How often something came of messages; it only grows, while messages are forgotten after a month."""

    result = models.CharField(max_length=9, primary_key=True, choices=Result)
    count = models.PositiveBigIntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.result}={self.count}"


class CursorQuerySet(models.QuerySet["Cursor"]):
    """Who is the only one to do something."""

    def locked(self, name: str) -> "Cursor":
        """Wait until nobody else holds it, and hold it until the transaction ends."""
        self.get_or_create(name=name)
        return self.select_for_update().get(name=name)


class Cursor(models.Model):
    """How far something has come, as facts that become deliveries; its row lock makes whoever does it the only one."""

    name = models.CharField(max_length=16, primary_key=True)
    position = models.PositiveBigIntegerField(default=0)

    objects = CursorQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}={self.position}"
