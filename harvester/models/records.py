"""What was harvested, which outlives the jobs; and the counts of the metrics."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harvester.models.jobs import LONGEST_COLLECTION, LONGEST_DATABASE, LONGEST_LABEL, Job
from imagehub.lib.digests import sha256
from imagehub.lib.fields import ExactCharField


def address_of(*parts: str) -> str:
    """Return what a document (database, collection, id) or an address in it is known by; only the last may hold NUL."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass"))


class Document(models.Model):
    """A document of which images were harvested, and its folder, which no other document has."""

    address = models.CharField(max_length=64, unique=True)  # `address_of` database, collection and id
    database = ExactCharField(max_length=LONGEST_DATABASE)
    collection = ExactCharField(max_length=LONGEST_COLLECTION)
    document_id = models.TextField()
    folder = ExactCharField(max_length=200)
    label = models.CharField(max_length=LONGEST_LABEL, blank=True, default="")  # the value of the search field
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")  # the last that was here
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(fields=["database", "collection", "folder"], name="one_document_per_folder")
        ]
        indexes = [models.Index(fields=["folder"], name="document_by_folder")]

    def __str__(self) -> str:
        return f"{self.database}/{self.collection}/{self.folder}"


class Outcome(models.TextChoices):
    """How a visit to an address ended."""

    DOWNLOADED = "downloaded", _("Downloaded")
    UNCHANGED = "unchanged", _("Unchanged")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Skipped")


class Harvested(models.Model):
    """An address in a document, and the file that it gave.

    `number` is that of its file's name for ever; of equal files of a document one is kept, and `key` is the same.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="files")
    url = models.TextField()
    address = models.CharField(max_length=64)  # `address_of` the url
    number = models.PositiveIntegerField()  # counts from 1, in the order of first appearance
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")  # the last that came here
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default="")  # in that job; empty: not yet
    reason = models.CharField(max_length=40, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)  # in that job
    change = models.CharField(max_length=8, blank=True, default="")  # in that job: added, changed or none

    # The file, once there is one; it stays when later visits fail.
    key = ExactCharField(max_length=600, blank=True, default="")
    filename = models.CharField(max_length=100, blank=True, default="")
    final_url = models.TextField(blank=True, default="")
    content_type = models.CharField(max_length=32, blank=True, default="")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    md5 = models.CharField(max_length=32, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    etag = models.CharField(max_length=500, blank=True, default="")
    last_modified = models.CharField(max_length=64, blank=True, default="")
    downloaded_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)  # since when the document or its server no longer has it

    class Meta:
        verbose_name = _("harvested file")
        verbose_name_plural = _("harvested files")
        constraints = [
            models.UniqueConstraint(fields=["document", "address"], name="one_file_per_address"),
            models.UniqueConstraint(fields=["document", "number"], name="one_address_per_number"),
        ]
        indexes = [models.Index(fields=["key"], name="harvested_by_key")]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.number}"


class Processed(models.Model):
    """A file that was made of a harvested one; it is stale once that one holds other bytes than `made_of` says."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="processed")
    processor = models.CharField(max_length=16)
    filename = models.CharField(max_length=100)
    key = ExactCharField(max_length=600, unique=True)
    made_of = models.CharField(max_length=64)  # SHA-256 of the harvested file
    content_type = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    md5 = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "processor", "filename"], name="one_result_per_processor")
        ]
        verbose_name_plural = "processed"

    def __str__(self) -> str:
        return f"{self.document_id}/{self.processor}/{self.filename}"


class Tally(models.Model):
    """A count for the metrics, changed in the transactions that record what it counts; it only grows."""

    name = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    count = models.PositiveBigIntegerField(default=0)
    total = models.FloatField(default=0)  # of whatever is measured: bytes, seconds

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "label"], name="one_tally_per_label")]

    def __str__(self) -> str:
        return f"{self.name}/{self.label}"
