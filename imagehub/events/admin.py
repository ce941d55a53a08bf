"""Facts in the admin, to look at: what happened, to whom it was told, in which order."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from imagehub.events.models import Event
from imagehub.lib import captions
from imagehub.lib.backstage import LookOnly


@admin.register(Event)
class EventAdmin(LookOnly):
    """Every fact that is kept still."""

    called: ClassVar[captions.Names] = {"audience": _("told to"), "data": _("what is told"), "occurred_at": _("when")}
    list_display = ("position", "kind", "audience", "occurred_at")
    list_display_links = ("position", "kind")
    list_filter = ("kind", "occurred_at")
    search_fields = ("audience__icontains", "kind__icontains")
    search_help_text = _("A part of the audience, such as user:7, or of the kind.")
