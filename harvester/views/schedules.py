"""The page of the schedules."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.users import signed_in
from harvester import timetable
from harvester.forms import RHYTHMIC, RHYTHMIC_SOURCES
from harvester.services import schedules
from harvester.views.doors import StaffDoor
from imagehub.api.doors import pressed, rendered
from imagehub.api.forms import ServiceForm


class Schedules(StaffDoor):
    """Shows the schedules, takes new ones, and pauses, resumes or removes one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show all of them, and the form of a new one."""
        return _page(request, RHYTHMIC[_source(request)]())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what the pressed button says."""
        if request.POST.get("action") == "create":
            return _created(request)
        act, said = pressed(request, _acts())
        act(request.POST.get("schedule", ""), signed_in(request))
        messages.success(request, said)
        return redirect("harvester:schedules")


def _created(request: HttpRequest) -> HttpResponse:
    form = RHYTHMIC[_source(request)](request.POST)
    if not form.is_valid() or form.create(signed_in(request)) is None:
        return _page(request, form)
    messages.success(request, _("The schedule is kept."))
    return redirect("harvester:schedules")


def _page(request: HttpRequest, form: ServiceForm) -> HttpResponse:
    whole = {"rows": timetable.rows(), "form": form, "source": _source(request), "sources": RHYTHMIC_SOURCES}
    return rendered(request, "harvester/schedules.html", whole)


def _source(request: HttpRequest) -> str:
    wish = request.GET.get("source", "")
    return wish if wish in RHYTHMIC else "collection"


def _acts() -> dict[str, tuple[Callable[[str, User], object], str]]:
    return {
        "pause": (lambda name, by: schedules.pause(name, by=by), _("Paused.")),
        "resume": (lambda name, by: schedules.resume(name, by=by), _("It goes on.")),
        "remove": (lambda name, by: schedules.remove(name, by=by), _("Removed.")),
    }
