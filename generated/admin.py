"""Generated images in the admin: to look at and to remove; removal goes through the service."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import users
from generated import services
from generated.models import Generated, StatusChange
from imagehub.images.links import image_url

_BRIEF = 80  # characters of a prompt in the list


class StatusChangeInline(admin.TabularInline):  # type: ignore[type-arg]  # the stubs' parameter does not exist at run time
    """How an image came to its status."""

    model = StatusChange
    fields = readonly_fields = ("before", "after", "by_name", "at")
    extra = 0
    can_delete = False
    ordering = ("id",)

    def has_add_permission(self, request: HttpRequest, obj: Generated | None = None) -> bool:  # noqa: ARG002  # Django's signature
        """Leave that to changes of the status."""
        return False


@admin.register(Generated)
class GeneratedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # likewise
    """Shows images; nothing can be edited, as a status is more than a field."""

    list_display = ("thumbnail", "owner", "asked", "model", "status", "created_at")
    list_display_links = ("thumbnail", "asked")
    list_filter = ("status",)
    list_select_related = ("owner", "image")
    list_per_page = 50
    search_fields = ("=public_id", "=owner__username", "=owner__public_id")
    show_full_result_count = False
    ordering = ("-id",)
    fields = ("thumbnail", "public_id", "owner", "prompt", "model", "metadata_json", "status", "created_at")
    inlines = (StatusChangeInline,)

    @admin.display(description=_("picture"))
    def thumbnail(self, generated: Generated) -> SafeString:
        """Show the image small."""
        return format_html('<img src="{}" alt="" height="48" loading="lazy">', image_url(generated.image, "thumb"))

    @admin.display(description=_("prompt"))
    def asked(self, generated: Generated) -> str:
        """Show the beginning of the prompt."""
        return generated.prompt[:_BRIEF]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        """Images come from their owners."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Generated | None = None) -> bool:  # noqa: ARG002  # likewise
        """Images are looked at."""
        return False

    def delete_model(self, request: HttpRequest, obj: Generated) -> None:
        """Remove one image as its owner would."""
        services.delete(obj.public_id, by=users.signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Generated]) -> None:
        """Remove several images, each as its owner would."""
        for generated in queryset:
            self.delete_model(request, generated)
