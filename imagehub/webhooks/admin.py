"""Webhooks of everybody, for staff: to look at, to switch off, and to send again."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from imagehub.images.admin import LookOnly
from imagehub.webhooks import services
from imagehub.webhooks.models import Attempt, Delivery, Endpoint

if TYPE_CHECKING:
    from imagehub.webhooks.policies import Caller  # a name only: who asks


@admin.register(Endpoint)
class EndpointAdmin(LookOnly):
    """Every webhook; its owner alone changes it, but for switching it off."""

    list_display = ["url", "owner", "description", "ending", "resting_until", "last_success_at", "created_at"]
    list_filter = ["ending"]
    list_select_related = ["owner"]
    list_per_page = 50
    search_fields = ["=public_id", "url"]
    show_full_result_count = False
    exclude = ["secret", "former_secret"]
    actions = ["switch_off"]

    @admin.action(description=_("Switch the chosen webhooks off"))
    def switch_off(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        """Send nothing more to them."""
        for endpoint in endpoints:
            services.stop(endpoint, by=cast("Caller", request.user))


class Attempts(admin.TabularInline):  # type: ignore[type-arg]  # the stubs' parameter does not exist at run time
    """The tries of a message."""

    model = Attempt
    extra = 0
    can_delete = False
    readonly_fields = ["at", "status", "reason", "milliseconds"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  # Django's form
        """Nobody adds."""
        return False


@admin.register(Delivery)
class DeliveryAdmin(LookOnly):
    """Every message, without what it says: that is its receiver's."""

    list_display = ["message_id", "endpoint", "kind", "state", "tries", "next_at", "created_at"]
    list_filter = ["state"]
    list_select_related = ["endpoint"]
    list_per_page = 50
    search_fields = ["=message_id", "=endpoint__public_id"]
    show_full_result_count = False
    exclude = ["body"]
    inlines = [Attempts]
