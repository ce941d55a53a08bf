"""The desk: all harvests, and those under way."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from harvester import desk
from harvester.models import Status
from harvester.views.doors import StaffDoor
from imagehub.lib.numbers import number_of

PARTS = {"runs": "harvester/runs.html", "live": "harvester/live.html"}


class Desk(StaffDoor):
    """Shows the jobs, or only a part of the page to one that is open already."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show what runs, the last hour, and the jobs of one status."""
        status = _status(request)
        chips = desk.chips()
        whole = {
            "is_untouched": chips[0].count == "0",
            "page": desk.page(status, before=number_of(request.GET.get("before"))),
            "chips": chips,
            "status": status,
            "live": desk.live(),
            "pulse": desk.pulse(),
            "demo_site": settings.DEMO_SITE,
        }
        return render(request, PARTS.get(request.GET.get("part", ""), "harvester/desk.html"), whole)


def _status(request: HttpRequest) -> str:
    wish = request.GET.get("status", "")
    return wish if wish in Status.values else ""
