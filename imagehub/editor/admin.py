"""Edits in the admin, to look at: what was made of what, and how."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from imagehub.editor.models import Edit
from imagehub.images.links import image_url
from imagehub.lib import captions
from imagehub.lib.backstage import LookOnly


@admin.register(Edit)
class EditAdmin(LookOnly):
    """Edits with a small view of what came of them."""

    called: ClassVar[captions.Names] = {
        "is_revision": _("in place of the original"),
        "parent": _("original"),
        "parent_id_told": _("id of the original"),
        "reverted_at": _("taken back"),
    }
    list_display = ("thumbnail", "public_id", "owner", "parent_id_told", "is_revision", "created_at", "reverted_at")
    list_display_links = ("thumbnail", "public_id")
    list_filter = ("is_revision",)
    list_select_related = ("owner", "image")
    search_fields = ("public_id__exact", "owner__username__exact", "parent_id_told__exact")
    search_help_text = _("The whole id of an edit or of an original, or the whole user name.")
    indexed = ("owner__id",)

    def get_fields(self, request: HttpRequest, obj: Edit | None = None) -> Any:
        """Show first what came of it."""
        return ["thumbnail", *super().get_fields(request, obj)]

    @admin.display(description=_("picture"))
    def thumbnail(self, edit: Edit) -> SafeString:
        """Show the edit small."""
        return format_html('<img src="{}" alt="" height="48" loading="lazy">', image_url(edit.image, "thumb"))
