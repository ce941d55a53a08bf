"""Webhooks of everybody, for staff: to look at, to switch off, and to send again."""

from typing import TYPE_CHECKING, ClassVar, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from imagehub.lib import captions
from imagehub.lib.backstage import LookOnly, Parts
from imagehub.webhooks import services
from imagehub.webhooks.models import Attempt, Delivery, Ending, Endpoint

if TYPE_CHECKING:
    from imagehub.webhooks.policies import Caller  # a name only: who asks


@admin.register(Endpoint)
class EndpointAdmin(LookOnly):
    """Every webhook; its owner alone changes it, but for switching it off."""

    called: ClassVar[captions.Names] = {
        "former_until": _("old secret until"),
        "last_success_at": _("last taken"),
        "resting_until": _("resting until"),
        "served_at": _("last turn"),
    }
    list_display = ["url", "owner", "description", "ending", "resting_until", "last_success_at", "created_at"]
    list_filter = ["ending"]
    list_select_related = ["owner"]
    search_fields = ["public_id__exact", "owner__username__exact", "url__icontains"]
    search_help_text = _("The whole id or user name; or a part of the address.")
    indexed = ("owner__id",)
    exclude = ["secret", "former_secret"]
    actions = ["switch_off"]

    @admin.action(description=_("Switch the chosen webhooks off"), permissions=["act"])
    def switch_off(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        """Send nothing more to them."""
        for endpoint in endpoints:
            services.stop(endpoint, by=cast("Caller", request.user))
        self.note(request, endpoints, str(Ending.PAUSED.label))


class Attempts(Parts):
    """The tries of a message."""

    model = Attempt
    fields = readonly_fields = ("at", "status", "reason", "milliseconds")


@admin.register(Delivery)
class DeliveryAdmin(LookOnly):
    """Every message, without what it says: that is its receiver's."""

    called: ClassVar[captions.Names] = {
        "endpoint": _("webhook"),
        "message_id": _("id"),
        "tries": _("tries"),
        "until": _("tried until"),
    }
    list_display = ["message_id", "endpoint", "kind", "state", "tries", "next_at", "created_at"]
    list_filter = ["state"]
    list_select_related = ["endpoint"]
    search_fields = ["message_id__exact", "endpoint__public_id__exact"]
    search_help_text = _("The whole id of a message or a webhook.")
    exclude = ["body"]
    inlines = [Attempts]
