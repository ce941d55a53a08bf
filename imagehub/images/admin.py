"""Images and tombstones, to look at; they are changed and deleted by their features only."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from imagehub.images import cache
from imagehub.images.links import image_url
from imagehub.images.models import Image, Tombstone
from imagehub.images.policies import Asking


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # the stubs' parameter does not exist at run time
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's form
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's form
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's form
        """Nobody deletes: objects would stay behind."""
        return False


@admin.register(Image)
class ImageAdmin(LookOnly):
    """Every image with a small view of it."""

    list_display = [
        "public_id",
        "thumbnail",
        "owner",
        "source",
        "content_type",
        "width",
        "height",
        "size",
        "created_at",
    ]
    list_filter = ["source", "content_type"]
    list_select_related = ["owner"]
    list_per_page = 50
    search_fields = ["=public_id", "=digest", "=key"]
    show_full_result_count = False
    raw_id_fields = ["owner"]

    actions = ["purge_renditions"]

    @admin.action(description=_("Make the renditions of the chosen images anew"))
    def purge_renditions(self, request: HttpRequest, images: QuerySet[Image]) -> None:
        """Let all renditions of some images go; they are made again when somebody looks."""
        count = sum(cache.purge(image.public_id, by=_asking(request)) for image in images)
        sentence = ngettext("%(count)s rendition was removed.", "%(count)s renditions were removed.", count)
        self.message_user(request, sentence % {"count": count})

    @admin.display(description=_("Thumbnail"))
    def thumbnail(self, image: Image) -> SafeString:
        """Show the gallery's small view."""
        return format_html('<img src="{}" alt="" height="48" loading="lazy">', image_url(image, "thumb"))


@admin.register(Tombstone)
class TombstoneAdmin(LookOnly):
    """Objects that wait for the reaper."""

    list_display = ["key", "since"]
    ordering = ["since"]
    search_fields = ["=key"]
    show_full_result_count = False


def _asking(request: HttpRequest) -> Asking:
    return cast("Asking", request.user)
