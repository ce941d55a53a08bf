"""The page of one harvest."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from harvester import drafts, places, runs
from harvester.models import Job
from harvester.policies import job_seen_by
from harvester.services import jobs, repeating
from harvester.views import refusals
from harvester.views.doors import StaffDoor, requester
from imagehub.lib.errors import Invalid, JobFinished
from imagehub.lib.numbers import number_of

PARTS = {"run": "harvester/run_part.html", "documents": "harvester/documents.html"}


class Run(StaffDoor):
    """Shows a job, or only a part of the page to one that is open already."""

    def get(self, request: HttpRequest, job_id: str) -> HttpResponse:
        """Show where it stands and what became of its documents."""
        job = job_seen_by(requester(request), job_id)
        state = request.GET.get("state", "")
        whole = {
            "job": job,
            "place": places.title(job.database, job.collection),
            "may_repeat": job.is_over and repeating.is_possible(drafts.of(job)),
            "tone": runs.tone(job),
            "condition": json.dumps(job.filter_query, ensure_ascii=False),
            "settled": runs.settled(job),
            "rate": runs.rate(job),
            "why": runs.why(job),
            "hosts": runs.hosts(job),
            "state": state,
            "documents": runs.documents(job, state=state, after=number_of(request.GET.get("after"))),
            **_comparison(request, job),
        }
        return render(request, PARTS.get(request.GET.get("part", ""), "harvester/run.html"), whole)


class Cancel(StaffDoor):
    """Calls a job off."""

    def post(self, request: HttpRequest, job_id: str) -> HttpResponse:
        """Cancel, and show the job as it is then; one that ended meanwhile is shown just so."""
        try:
            jobs.cancel(job_id, request.POST.get("reason", ""), by=requester(request))
            messages.success(request, _("Stopped. What was fetched so far is kept."))
        except JobFinished as refusal:
            messages.info(request, str(refusal.message))
        return redirect("harvester:run", job_id)


class Retry(StaffDoor):
    """Asks again for what failed."""

    def post(self, request: HttpRequest, job_id: str) -> HttpResponse:
        """Begin a job over the failed addresses, and show it."""
        again = jobs.retry(job_id, by=requester(request))
        messages.success(request, _("What failed is tried again."))
        return redirect("harvester:run", again.public_id)


class Again(StaffDoor):
    """Asks for everything once more."""

    def post(self, request: HttpRequest, job_id: str) -> HttpResponse:
        """Begin a job as this one was asked for, and show it; if that can't be, say why beside this one."""
        former = job_seen_by(requester(request), job_id)
        try:
            again = repeating.again(former.public_id, by=requester(request))
        except (Invalid, *refusals.OF_SOURCES) as refusal:
            messages.error(request, refusals.sentence(refusal))
            return redirect("harvester:run", job_id)
        messages.success(request, _("It is harvested again; only what changed is fetched."))
        return redirect("harvester:run", again.public_id)


def _comparison(request: HttpRequest, job: Job) -> dict[str, object]:
    """Return the earlier runs, and the figures beside those of the one that was chosen."""
    choices = runs.earlier(job)
    other = next((one for one in choices if one.public_id == request.GET.get("with")), None)
    return {"earlier": choices, "other": other, "compared": runs.compared(job, other) if other else ()}
