"""Pictures in the admin: to look at and to remove; removal goes through the service, so that its rules hold."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import users
from avatars import services
from avatars.models import Picture
from imagehub.images.links import image_url
from imagehub.lib import captions
from imagehub.lib.backstage import Shown


@admin.register(Picture)
class PictureAdmin(Shown):
    """Shows pictures; nothing can be edited, as which one is active is more than a field."""

    called: ClassVar[captions.Names] = {"file_name": _("name of the file"), "is_default": _("default")}
    list_display = ("thumbnail", "owner", "file_name", "is_shown", "is_default", "created_at")
    list_display_links = ("thumbnail", "file_name")
    list_filter = ("is_default",)
    list_select_related = ("owner", "image")
    search_fields = ("public_id__exact", "owner__username__exact", "owner__public_id__exact", "file_name__icontains")
    search_help_text = _("The whole id or user name; or a part of the name of the file.")
    indexed = ("owner__id",)
    fields = ("thumbnail", "owner", "file_name", "is_shown", "is_default", "created_at")

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString:
        """Show the picture small."""
        address = image_url(picture.image, "avatar-64")
        return format_html('<img src="{}" alt="{}" width="48" height="48" loading="lazy">', address, picture.file_name)

    @admin.display(description=pgettext_lazy("a picture", "active"), boolean=True)
    def is_shown(self, picture: Picture) -> bool:
        """Tell whether others see it."""
        return picture.is_active

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        """Remove one picture as its owner would."""
        services.delete(obj.public_id, obj.file_name, owner=obj.owner, by=users.signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Picture]) -> None:
        """Remove several pictures, each as its owner would."""
        for picture in queryset.select_related("owner"):
            self.delete_model(request, picture)
