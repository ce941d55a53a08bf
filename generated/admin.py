"""Generated images and boards of them in the admin: to look at and to remove; removal goes through the services."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import users
from generated import boards, services
from generated.models import Board, Generated, Pin, ShareLink, StatusChange
from generated.services import boards as board_services
from imagehub.images.links import image_url
from imagehub.lib import captions
from imagehub.lib.backstage import Parts, Shown

_BRIEF = 80  # characters of a prompt in the list
_COVERS = 6  # pictures that stand for a board


class StatusChangeInline(Parts):
    """How an image came to its status."""

    called: ClassVar[captions.Names] = {"before": _("before"), "after": _("after"), "by_name": _("by")}
    model = StatusChange
    fields = readonly_fields = ("before", "after", "by_name", "at")
    ordering = ("id",)


@admin.register(Generated)
class GeneratedAdmin(Shown):
    """Shows images; nothing can be edited, as a status is more than a field."""

    called: ClassVar[captions.Names] = {"metadata_json": _("metadata"), "model": _("model"), "prompt": _("prompt")}
    list_display = ("thumbnail", "owner", "asked", "model", "status", "created_at")
    list_display_links = ("thumbnail", "asked")
    list_filter = ("status",)
    list_select_related = ("owner", "image")
    search_fields = ("public_id__exact", "owner__username__exact", "owner__public_id__exact")
    indexed = ("owner__id",)
    fields = ("thumbnail", "public_id", "owner", "prompt", "model", "metadata_json", "status", "created_at")
    inlines = (StatusChangeInline,)

    @admin.display(description=_("picture"))
    def thumbnail(self, generated: Generated) -> SafeString:
        """Show the image small."""
        return _small(generated)

    @admin.display(description=_("prompt"))
    def asked(self, generated: Generated) -> str:
        """Show the beginning of the prompt."""
        return generated.prompt[:_BRIEF]

    def delete_model(self, request: HttpRequest, obj: Generated) -> None:
        """Remove one image as its owner would."""
        services.delete(obj.public_id, by=users.signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Generated]) -> None:
        """Remove several images, each as its owner would."""
        for generated in queryset:
            self.delete_model(request, generated)


class ShareLinkInline(Parts):
    """The links to a board, those that were taken back too; where they lead nobody can read."""

    model = ShareLink
    fields = readonly_fields = ("recipient", "has_password", "policy", "opened_count", "expires_at", "revoked_at")
    ordering = ("-id",)

    @admin.display(description=_("password"), boolean=True)
    def has_password(self, link: ShareLink) -> bool:
        """Say whether one is asked for."""
        return bool(link.password)


@admin.register(Board)
class BoardAdmin(Shown):
    """Shows boards and who was sent a link to them."""

    list_display = ("covers", "name", "owner", "images", "open_links", "updated_at")
    list_display_links = ("covers", "name")
    list_select_related = ("owner",)
    search_fields = ("public_id__exact", "owner__username__exact", "owner__public_id__exact")
    indexed = ("owner__id",)
    fields = ("covers", "public_id", "owner", "name", "images", "created_at", "updated_at")
    inlines = (ShareLinkInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Board]:
        """Read along how much hangs there, the first of it, and the links that lead there."""
        pins = Pin.objects.live().in_order().select_related("generated__image")
        first = Prefetch("pins", queryset=pins[:_COVERS], to_attr="first_pins")
        links = Prefetch("links", queryset=ShareLink.objects.open(), to_attr="links_now")
        return boards.counted(super().get_queryset(request)).prefetch_related(first, links)

    @admin.display(description=_("pictures"))
    def covers(self, board: Any) -> SafeString:
        """Show the first images small."""
        return format_html_join(" ", "{}", ([_small(pin.generated)] for pin in board.first_pins)) or SafeString("-")

    @admin.display(description=_("images"))
    def images(self, board: Any) -> int:
        """Say how many are to be seen there."""
        return int(board.live)

    @admin.display(description=_("links"))
    def open_links(self, board: Any) -> int:
        """Say how many links lead there."""
        return len(board.links_now)

    def delete_model(self, request: HttpRequest, obj: Board) -> None:
        """Remove one board as its owner would."""
        board_services.delete(obj.public_id, by=users.signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Board]) -> None:
        """Remove several boards, each as its owner would."""
        for board in queryset:
            self.delete_model(request, board)


def _small(generated: Generated) -> SafeString:
    return format_html('<img src="{}" alt="" height="48" loading="lazy">', image_url(generated.image, "thumb"))
