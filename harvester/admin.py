"""Harvests in the admin: to look at; what can be done about one is done on the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from harvester import browsing, places
from harvester.models import Document, Harvested, Job, Schedule

_BRIEF = 80  # characters of an address in a list


class _Shown(admin.ModelAdmin):  # type: ignore[type-arg]  # the stubs' parameter does not exist at run time
    """Rows that other doors change."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        """They come from harvests."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # likewise
        """They are looked at."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # likewise
        """They lead to files, which would stay behind."""
        return False


@admin.register(Job)
class JobAdmin(_Shown):
    """Shows jobs, each with a way to its page."""

    list_display = ("public_id", "place", "kind", "status", "processed_items", "downloaded", "failed", "created_at")
    list_filter = ("status", "kind", "created_at")
    search_fields = ("=public_id", "=database", "=collection", "=owner__username")
    search_help_text = _("The whole id, database, collection or user name.")
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
class DocumentAdmin(_Shown):
    """Shows documents of which images were harvested."""

    list_display = ("folder", "label", "database", "collection", "updated_at")
    list_filter = ("updated_at",)
    search_fields = ("=folder", "=database", "=collection")
    search_help_text = _("The whole folder, database or collection.")


@admin.register(Harvested)
class HarvestedAdmin(_Shown):
    """Shows addresses and the files that they gave."""

    list_display = ("filename", "where", "outcome", "reason", "content_type", "size", "downloaded_at")
    list_filter = ("outcome", "content_type", "downloaded_at")
    list_select_related = ("document",)
    search_fields = ("=document__folder", "=sha256")
    search_help_text = _("The whole folder of the document, or the SHA-256 of the file.")

    @admin.display(description=_("address"))
    def where(self, harvested: Harvested) -> SafeString:
        """Show the address, with a way to the file."""
        document, brief = harvested.document, harvested.url[:_BRIEF]
        if not harvested.key:
            return format_html("{}", brief)
        place = (document.database, document.collection, document.folder, f"original/{harvested.filename}")
        return format_html('<a href="{}">{}</a>', browsing.address(*place), brief)


@admin.register(Schedule)
class ScheduleAdmin(_Shown):
    """Shows schedules."""

    list_display = ("name", "cron", "owner", "is_enabled", "next_at")
    list_filter = ("is_enabled",)
    list_select_related = ("owner",)
