"""Publications in the admin: to look at, to hide, to show and to delete; each through its service."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import users
from imagehub.images.links import shown_url
from imagehub.lib.backstage import Parts, Shown
from publications.models import Photo, Publication
from publications.reasons import ReasonForm
from publications.services import moderation
from publications.services import publications as services

CHANGE = "publications.change_publication"


class StandingFilter(admin.SimpleListFilter):
    """Whether everybody sees them."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002  # Django's signature
        """Name the two."""
        return [("shown", _("Shown")), ("hidden", _("Hidden"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Publication]) -> QuerySet[Publication]:  # noqa: ARG002  # likewise
        """Keep those of the chosen standing."""
        chosen = self.value()
        return queryset.filter(hidden_at__isnull=chosen == "shown") if chosen else queryset


class PhotoInline(Parts):
    """The photos of a publication in their order, to look at."""

    model = Photo
    fields = readonly_fields = ("thumbnail", "alt_text", "dimensions", "created_at")
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Photo]:
        """Read the images along."""
        return super().get_queryset(request).select_related("image")

    @admin.display(description=_("photo"))
    def thumbnail(self, photo: Photo) -> SafeString:
        """Show the photo small."""
        return _thumbnail(photo, photo.alt_text)

    @admin.display(description=_("pixels"))
    def dimensions(self, photo: Photo) -> str:
        """Say how large it is."""
        return f"{photo.image.width} x {photo.image.height}"


@admin.action(description=_("Hide the chosen publications"), permissions=["moderate"])
def hide(admin_: "PublicationAdmin", request: HttpRequest, chosen: QuerySet[Publication]) -> HttpResponse | None:
    """Ask for a reason, then hide."""
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if not form.is_valid():
        return admin_.asks_for_reason(request, chosen, form)
    for publication in chosen:
        moderation.hide(publication.public_id, form.cleaned_data["reason"], by=users.signed_in(request))
    admin_.note(request, chosen, str(_("Hidden: %(reason)s") % {"reason": form.cleaned_data["reason"]}))
    said = ngettext("One publication is hidden.", "%(count)d publications are hidden.", len(chosen))
    messages.success(request, said % {"count": len(chosen)})
    return None


@admin.action(description=_("Show the chosen publications again"), permissions=["moderate"])
def show(admin_: "PublicationAdmin", request: HttpRequest, chosen: QuerySet[Publication]) -> None:
    """Let everybody see them again."""
    for publication in chosen:
        moderation.show(publication.public_id, by=users.signed_in(request))
    admin_.note(request, chosen, str(_("Shown")))
    said = ngettext("One publication is shown.", "%(count)d publications are shown.", len(chosen))
    messages.success(request, said % {"count": len(chosen)})


@admin.register(Publication)
class PublicationAdmin(Shown):
    """Shows publications; what can be done about one are actions, as each is more than a field."""

    actions = (hide, show)
    inlines = (PhotoInline,)
    list_display = ("cover", "title", "owner", "plan", "photo_count", "is_shown", "created_at")
    list_display_links = ("cover", "title")
    list_filter = (StandingFilter, "owner__plan", "created_at")
    list_select_related = ("owner",)
    search_fields = (
        "public_id__exact",
        "owner__username__exact",
        "owner__email__exact",
        "owner__public_id__exact",
        "title__icontains",
    )
    indexed = ("owner__id",)
    search_help_text = _("A word of the title; or the whole id, user name or e-mail address of the owner.")
    fields = ("public_id", "owner", "plan", "title", "description", "created_at", "updated_at", "standing")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        """Read the photos along, in order, in one query for all."""
        in_order = Photo.objects.select_related("image").order_by("position")
        return super().get_queryset(request).select_related("owner").prefetch_related(Prefetch("photos", in_order))

    @admin.display(description=_("cover"))
    def cover(self, publication: Publication) -> SafeString:
        """Show the first photo small."""
        first = next(iter(publication.photos.all()), None)
        return _thumbnail(first, publication.title) if first else SafeString("-")

    @admin.display(description=_("plan"), ordering="owner__plan")
    def plan(self, publication: Publication) -> str:
        """Name the plan of the owner."""
        return str(publication.owner.get_plan_display())

    @admin.display(description=_("photos"))
    def photo_count(self, publication: Publication) -> int:
        """Count what was read along."""
        return len(publication.photos.all())

    @admin.display(description=_("shown"), boolean=True)
    def is_shown(self, publication: Publication) -> bool:
        """Tell whether everybody sees it."""
        return not publication.is_hidden

    @admin.display(description=_("standing"))
    def standing(self, publication: Publication) -> str:
        """Say whether it is hidden, and why."""
        if not publication.is_hidden:
            return str(_("Everybody sees it."))
        return str(_("Hidden: %(reason)s") % {"reason": publication.hidden_reason})

    def asks_for_reason(self, request: HttpRequest, chosen: QuerySet[Publication], form: ReasonForm) -> HttpResponse:
        """Return the page on which the reason is given."""
        shown = {
            **self.admin_site.each_context(request),
            "title": _("Hide publications"),
            "opts": self.opts,
            "form": form,
            "chosen": chosen,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/publications/publication/hide.html", shown)

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Hide and show what one may change elsewhere."""
        return users.signed_in(request).has_perm(CHANGE)

    def delete_model(self, request: HttpRequest, obj: Publication) -> None:
        """Delete one publication as its owner would."""
        services.delete(obj.public_id, by=users.signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Publication]) -> None:
        """Delete several, each as its owner would."""
        for publication in queryset:
            self.delete_model(request, publication)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """Name the publications alone: the service takes care of their photos."""
        chosen = [str(publication) for publication in objs]
        missing = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return chosen, {str(self.opts.verbose_name_plural): len(chosen)}, missing, []


def _thumbnail(photo: Photo, words: str) -> SafeString:
    address = shown_url(photo.image, "avatar-64")
    return format_html('<img src="{}" alt="{}" width="48" height="48" loading="lazy">', address, words)
