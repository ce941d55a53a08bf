"""Images and tombstones, to look at; they are changed and deleted by their features only."""

from typing import Any, ClassVar, cast

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
from imagehub.images.pipeline.formats import Format
from imagehub.images.policies import Asking
from imagehub.lib import captions
from imagehub.lib.backstage import LookOnly


class FormatFilter(admin.SimpleListFilter):
    """What kind of file they are; the kinds that are there are not looked for among the rows."""

    title = _("format")
    parameter_name = "content_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002  # Django's signature
        """Name all that there can be."""
        return [(kind.content_type, kind.name) for kind in Format]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002  # likewise
        """Keep those of the chosen kind."""
        return queryset.filter(content_type=self.value()) if self.value() else queryset


@admin.register(Image)
class ImageAdmin(LookOnly):
    """Every image with a small view of it."""

    called: ClassVar[captions.Names] = {
        "duration": _("milliseconds of a round"),
        "focus_x": _("focus from the left"),
        "focus_y": _("focus from the top"),
        "frames": _("frames"),
        "is_listed": _("known to the library"),
        "likeness": _("likeness"),
        "source_type": _("claimed source"),
    }
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
    list_filter = ["source", FormatFilter]
    list_select_related = ["owner"]
    search_fields = ["public_id__exact", "key__exact", "owner__username__exact", "digest__icontains"]
    search_help_text = _("The whole id, key or user name; or the SHA-256.")
    indexed = ("owner__id",)
    raw_id_fields = ["owner"]

    actions = ["purge_renditions"]

    @admin.action(description=_("Make the renditions of the chosen images anew"), permissions=["act"])
    def purge_renditions(self, request: HttpRequest, images: QuerySet[Image]) -> None:
        """Let all renditions of some images go; they are made again when somebody looks."""
        count = sum(cache.purge(image.public_id, by=_asking(request)) for image in images)
        sentence = ngettext("%(count)s rendition was removed.", "%(count)s renditions were removed.", count)
        said = sentence % {"count": count}
        self.note(request, images, said)
        self.message_user(request, said)

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> Any:
        """Show first what all the rest is about."""
        return ["thumbnail", *super().get_fields(request, obj)]

    @admin.display(description=_("Thumbnail"))
    def thumbnail(self, image: Image) -> SafeString:
        """Show the gallery's small view."""
        return format_html('<img src="{}" alt="" height="48" loading="lazy">', image_url(image, "thumb"))


@admin.register(Tombstone)
class TombstoneAdmin(LookOnly):
    """Objects that wait for the reaper."""

    list_display = ["key", "since"]
    search_fields = ["key__exact"]


def _asking(request: HttpRequest) -> Asking:
    return cast("Asking", request.user)
