"""Harvests in the admin: to look at; what can be done about one is done on the desk."""

from typing import ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from harvester import browsing, places
from harvester.models import Document, Harvested, Job, Schedule
from imagehub.images.admin import FormatFilter
from imagehub.lib import captions
from imagehub.lib.backstage import LookOnly

_BRIEF = 80  # characters of an address in a list
_PLACE = {
    "collection": _("collection"),
    "database": _("database"),
    "document_id": _("id of the document"),
    "folder": _("folder"),
}
_COUNTS = {
    "bytes": _("bytes"),
    "caller": _("asked by"),
    "completed_at": _("ended"),
    "downloaded": _("fetched"),
    "failed": _("failed"),
    "failed_items": _("failed documents"),
    "filter_query": _("filter"),
    "found": _("addresses"),
    "metadata": _("metadata"),
    "options": _("options"),
    "processed_items": _("documents done"),
    "skipped": _("left out"),
    "started_at": _("started"),
    "total_items": _("documents"),
    "unchanged": _("unchanged"),
}


@admin.register(Job)
class JobAdmin(LookOnly):
    """Shows jobs, each with a way to its page."""

    called = {**_PLACE, **_COUNTS}
    list_display = ("public_id", "place", "kind", "status", "processed_items", "downloaded", "failed", "created_at")
    list_filter = ("status", "kind", "created_at")
    search_fields = ("public_id__exact", "owner__username__exact", "database__icontains", "collection__icontains")
    search_help_text = _("The whole id or user name; or a part of the database or collection.")
    indexed = ("status", "owner__id")
    list_select_related = ("owner",)
    fields = (
        "page", "public_id", "kind", "status", "reason", "owner", "caller", "database", "collection", "document_id",
        "filter_query", "options", "metadata", "total_items", "processed_items", "failed_items", "found", "downloaded",
        "unchanged", "failed", "skipped", "bytes", "created_at", "started_at", "completed_at",
    )  # fmt: skip

    @admin.display(description=_("place"), ordering="collection")
    def place(self, job: Job) -> str:
        """Say where its documents are."""
        return places.title(job.database, job.collection)

    @admin.display(description=_("page"))
    def page(self, job: Job) -> SafeString:
        """Lead to the page of the job."""
        address = reverse("harvester:run", args=[job.public_id])
        return format_html('<a href="{}">{}</a>', address, address)


@admin.register(Document)
class DocumentAdmin(LookOnly):
    """Shows documents of which images were harvested."""

    called = {**_PLACE, "address": _("digest of the address"), "label": _("label"), "job": _("harvest")}
    list_display = ("folder", "label", "database", "collection", "updated_at")
    list_filter = ("updated_at",)
    search_fields = ("folder__exact", "database__icontains", "collection__icontains")
    search_help_text = _("The whole folder; or a part of the database or collection.")


@admin.register(Harvested)
class HarvestedAdmin(LookOnly):
    """Shows addresses and the files that they gave."""

    called: ClassVar[captions.Names] = {
        "address": _("digest of the address"),
        "attempts": _("tries"),
        "change": _("change"),
        "checked_at": _("last looked at"),
        "document": _("document"),
        "downloaded_at": _("fetched"),
        "etag": _("ETag"),
        "filename": _("file"),
        "final_url": _("address after redirects"),
        "gone_at": _("gone since"),
        "job": _("harvest"),
        "last_modified": _("changed there"),
        "md5": _("MD5"),
        "outcome": _("outcome"),
        "sha256": _("SHA-256"),
        "url": _("address"),
    }
    list_display = ("filename", "where", "outcome", "reason", "content_type", "size", "downloaded_at")
    list_filter = ("outcome", FormatFilter, "downloaded_at")
    list_select_related = ("document",)
    search_fields = ("document__folder__exact", "key__exact", "sha256__icontains")
    search_help_text = _("The whole folder of the document or key of the file; or its SHA-256.")

    @admin.display(description=_("address"))
    def where(self, harvested: Harvested) -> SafeString:
        """Show the address, with a way to the file."""
        document, brief = harvested.document, harvested.url[:_BRIEF]
        if not harvested.key:
            return format_html("{}", brief)
        place = (document.database, document.collection, document.folder, f"original/{harvested.filename}")
        return format_html('<a href="{}">{}</a>', browsing.address(*place), brief)


@admin.register(Schedule)
class ScheduleAdmin(LookOnly):
    """Shows schedules."""

    called: ClassVar[captions.Names] = {
        "cron": _("times"),
        "draft": _("what is harvested"),
        "is_enabled": _("switched on"),
    }
    list_display = ("name", "cron", "owner", "is_enabled", "next_at")
    list_filter = ("is_enabled",)
    search_fields = ("name__icontains", "owner__username__exact")
    list_select_related = ("owner",)
