"""Libraries in the admin: albums and batches to look at, links to take back."""

from typing import TYPE_CHECKING, ClassVar, cast

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imagehub.images.links import image_url
from imagehub.lib import captions
from imagehub.lib.backstage import LookOnly
from imagehub.library.models import Album, Batch, ShareLink, State
from imagehub.library.services import sharing

if TYPE_CHECKING:
    from imagehub.library.policies import Asking  # a name only: who asks

_BECAME = {
    "running": pgettext_lazy("a batch", "running"),
    "cancelled": pgettext_lazy("a batch", "called off"),
    "finished": pgettext_lazy("a batch", "finished"),
}
_CAME = {
    State.WAITING: pgettext_lazy("images of a batch", "waiting"),
    State.DONE: pgettext_lazy("images of a batch", "done"),
    State.FAILED: pgettext_lazy("images of a batch", "failed"),
}


@admin.register(Album)
class AlbumAdmin(LookOnly):
    """Albums; their owners change them."""

    list_display = ("thumbnail", "name", "owner", "created_at", "updated_at")
    list_display_links = ("thumbnail", "name")
    list_select_related = ("owner", "cover__image")
    fields = ("thumbnail", "public_id", "owner", "name", "created_at", "updated_at")
    search_fields = ("public_id__exact", "owner__username__exact", "name__icontains")
    search_help_text = _("The whole id or user name; or a part of the name.")
    indexed = ("owner__id",)

    @admin.display(description=_("cover"))
    def thumbnail(self, album: Album) -> SafeString:
        """Show the image that its owner chose for it."""
        if album.cover is None or album.cover.image is None:
            return SafeString("-")
        return format_html('<img src="{}" alt="" height="48" loading="lazy">', image_url(album.cover.image, "thumb"))


@admin.register(ShareLink)
class LinkAdmin(LookOnly):
    """Links for people without an account; where they lead nobody can read."""

    called: ClassVar[captions.Names] = {
        "album": _("album"),
        "allowed": _("allowed"),
        "downloaded_count": _("times downloaded"),
    }
    list_display = ("public_id", "owner", "album", "allowed", "opened_count", "created_at", "expires_at", "revoked_at")
    list_filter = ("allowed",)
    list_select_related = ("owner", "album")
    exclude = ("digest", "password")
    search_fields = ("public_id__exact", "owner__username__exact", "recipient__icontains")
    search_help_text = _("The whole id or user name; or a part of the recipient's name.")
    indexed = ("owner__id",)
    actions = ("revoke",)

    @admin.action(description=_("Take the chosen links back"), permissions=["act"])
    def revoke(self, request: HttpRequest, links: QuerySet[ShareLink]) -> None:
        """Let them lead nowhere."""
        taken = list(links.filter(revoked_at=None))
        for link in taken:
            sharing.revoke(link.public_id, by=cast("Asking", request.user))
        self.note(request, taken, str(_("Taken back")))


@admin.register(Batch)
class BatchAdmin(LookOnly):
    """Recipes for many images at once."""

    called: ClassVar[captions.Names] = {"cancelled_at": _("called off"), "kept": _("kept as")}
    list_display = ("public_id", "owner", "kept", "became", "created_at", "finished_at")
    list_select_related = ("owner",)
    readonly_fields = ("images",)
    search_fields = ("public_id__exact", "owner__username__exact")
    search_help_text = _("The whole id or user name.")
    indexed = ("owner__id",)

    @admin.display(description=_("state"))
    def became(self, batch: Batch) -> str:
        """Say what has become of it."""
        return str(_BECAME[batch.state])

    @admin.display(description=_("images"))
    def images(self, batch: Batch) -> str:
        """Say how many there are of each state; there may be too many to list."""
        states = batch.parts.values_list("state").annotate(count=Count("pk")).order_by("state")
        return ", ".join(f"{_CAME[state]}: {count}" for state, count in states) or "-"
