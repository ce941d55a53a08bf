"""Jobs, their items and steps, and what asks for jobs again and again."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField

LONGEST_DATABASE = 63  # characters, as the source's own rule has it
LONGEST_COLLECTION = 200
LONGEST_CALLER = 100
LONGEST_LABEL = 200


class Kind(models.TextChoices):
    """What a job was asked to harvest, in the words of its clients."""

    COLLECTION = "download_collection", _("Collection")
    DOCUMENT = "download_document", _("Document")
    BATCH = "download_batch", _("Batch")
    SOURCE = "download_source", _("Source")


class Status(models.TextChoices):
    """Where a job stands; the last three are for good."""

    PENDING = "pending", _("Waiting")
    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (Status.PENDING, Status.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    """Questions about jobs."""

    def active(self) -> "JobQuerySet":
        """Those that are not over."""
        return self.filter(status__in=ACTIVE)

    def waiting_for_a_planner(self, now: datetime) -> "JobQuerySet":
        """Those that are not laid out whole, and that nobody lays out at the moment."""
        return self.active().filter(Q(leased_until=None) | Q(leased_until__lt=now), planned_at=None)

    def with_free_steps(self, now: datetime) -> "JobQuerySet":
        """Those that are not over and of which a worker may take a step."""
        mine = Step.objects.filter(job=OuterRef("pk"))
        # Two looks into the index: one condition for both goes through all steps that are done.
        return self.active().filter(Exists(mine.due(now)) | Exists(mine.abandoned(now)))


class Job(models.Model):
    """One harvest; its counts change in the transactions that record what they count."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    kind = models.CharField(max_length=24, choices=Kind)
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    caller = ExactCharField(max_length=LONGEST_CALLER)  # who asked, as `api.callers` words it
    owner = models.ForeignKey(  # who asked, where that is an account
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="harvests"
    )
    database = ExactCharField(max_length=LONGEST_DATABASE)
    collection = ExactCharField(max_length=LONGEST_COLLECTION)
    document_id = models.TextField(blank=True, default="")
    filter_query = models.JSONField(default=dict)
    options = models.JSONField(default=dict)  # limit, skip, fields, processors: see `drafts`
    metadata = models.JSONField(default=dict)
    retry_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="retries")
    schedule = models.ForeignKey("Schedule", on_delete=models.SET_NULL, null=True, related_name="jobs")
    scheduled_for = models.DateTimeField(null=True)  # the moment of its schedule that it was begun for

    # Documents.
    total_items = models.PositiveIntegerField(default=0)
    processed_items = models.PositiveIntegerField(default=0)
    failed_items = models.PositiveIntegerField(default=0)
    # Addresses in them.
    found = models.PositiveIntegerField(default=0)
    downloaded = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    # What is new since the last harvest of the same documents; `added` and `changed` are among `downloaded`.
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict)  # reason -> how many addresses failed or were skipped for it
    hosts = models.JSONField(default=dict)  # host -> {"done", "failed", "bytes"}; the busiest ones

    planned_after = models.TextField(blank=True, default="")  # how far the source was read, in its own words
    planned_at = models.DateTimeField(null=True)  # when all of it was
    steps_left = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True, default="")  # of the planner under way
    leased_until = models.DateTimeField(null=True)
    planning_failures = models.PositiveSmallIntegerField(default=0)  # how often in a row the source gave no answer
    served_at = models.DateTimeField(default=timezone.now)  # when a step was last taken; the longest wait wins
    told_at = models.DateTimeField(null=True)  # when its progress was last announced
    reason = models.CharField(max_length=300, blank=True, default="")  # why it failed or was cancelled
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("harvest")
        verbose_name_plural = _("harvests")
        constraints = [models.UniqueConstraint(fields=["schedule", "scheduled_for"], name="one_job_per_moment")]
        indexes = [
            models.Index(fields=["status", "served_at"], name="job_by_turn"),
            models.Index(fields=["status", "-id"], name="job_by_status"),
            models.Index(fields=["caller", "-id"], name="job_by_caller"),
            models.Index(fields=["database", "collection", "-id"], name="job_by_place"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status not in ACTIVE

    @property
    def progress(self) -> float:
        """Percent of the documents that are done, from 0 to 100."""
        if self.status == Status.COMPLETED:
            return 100.0
        return round(100 * self.processed_items / self.total_items, 1) if self.total_items else 0.0

    @property
    def duration(self) -> float | None:
        """Seconds from the start to the end, or to now."""
        if self.started_at is None:
            return None
        return round(((self.completed_at or timezone.now()) - self.started_at).total_seconds(), 3)


class ItemState(models.TextChoices):
    """Where a document of a job stands; failed means that at least one of its addresses did."""

    PENDING = "pending", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Item(models.Model):
    """A document in a job: the addresses it refers to, and in the end what became of each."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()  # counts from 0, in the order of the source
    document_id = models.TextField()
    label = models.CharField(max_length=LONGEST_LABEL, blank=True, default="")  # the value of the search field
    urls = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.PENDING)
    # One {"url", "outcome", "reason", "bytes", "attempts", "change", "file"} for each address, once it is over.
    results = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_item_per_number")]
        indexes = [models.Index(fields=["job", "state", "number"], name="item_by_state")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"


class StepState(models.TextChoices):
    """Where a step stands; a lease that has run out is as good as none."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"


class StepQuerySet(models.QuerySet["Step"]):
    """Questions about steps."""

    def free(self, now: datetime) -> "StepQuerySet":
        """Those that a worker may take."""
        return self.due(now) | self.abandoned(now)

    def due(self, now: datetime) -> "StepQuerySet":
        """Those that wait for a worker."""
        return self.filter(state=StepState.PENDING, due_at__lte=now)

    def abandoned(self, now: datetime) -> "StepQuerySet":
        """Those whose worker has not been heard of for too long."""
        return self.filter(state=StepState.LEASED, leased_until__lt=now)


class Step(models.Model):
    """A few neighbouring items, done by whoever holds the lease."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()  # number of its first item
    last = models.PositiveIntegerField()  # and of its last
    state = models.CharField(max_length=8, choices=StepState, default=StepState.PENDING)
    due_at = models.DateTimeField(default=timezone.now)
    lease = models.CharField(max_length=32, blank=True, default="")
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # how often it was taken, but for what was handed on
    is_begun = models.BooleanField(default=False, db_default=False)  # whether it was ever taken

    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_step_per_number")]
        indexes = [models.Index(fields=["job", "state", "due_at"], name="step_by_turn")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"


class Schedule(models.Model):
    """A harvest that is asked for again and again."""

    public_id = ExactCharField(max_length=64, unique=True, default=ids.object_id)
    name = models.CharField(max_length=100)
    cron = models.CharField(max_length=100)  # five fields, in UTC
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="schedules")
    draft = models.JSONField(default=dict)  # what to harvest: see `drafts`
    is_enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return self.name
