"""The page on which a harvest is begun, after a look at what it would fetch."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from harvester import entering
from harvester.drafts import FIELDS
from harvester.forms import FORMS, PROCESSORS, SOURCES
from harvester.models import Job
from harvester.reasons import sentence
from harvester.services.previews import Preview
from harvester.views import refusals
from harvester.views.doors import StaffDoor, requester
from imagehub.api.doors import rendered


@dataclass(frozen=True)
class _Answer:
    """What came of a form: a job that was begun, a preview, or why neither."""

    job: Job | None = None
    preview: Preview | None = None


class Start(StaffDoor):
    """Takes where the documents are, shows what is in them, and begins."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form of one kind of source."""
        source = _source(request)
        return _page(request, source, FORMS[source](initial=request.GET.dict()), _Answer())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin, or look first."""
        source = _source(request)
        form = FORMS[source](request.POST, request.FILES)
        answer = _done(request, form) if form.is_valid() else _Answer()
        return redirect("harvester:run", answer.job.public_id) if answer.job else _page(request, source, form, answer)


def _done(request: HttpRequest, form: Any) -> _Answer:
    """Do what the pressed button says; a refusal stands in the form."""
    wish = entering.Wish(form.draft(), form.cleaned_data)
    try:
        if request.POST.get("action") == "start":
            return _Answer(job=form.judged(lambda: entering.begin(wish, by=requester(request))))
        return _Answer(preview=form.judged(lambda: entering.preview(wish)))
    except refusals.OF_SOURCES as refusal:
        form.add_error(None, refusals.sentence(refusal))
        return _Answer()


def _source(request: HttpRequest) -> str:
    wish = request.GET.get("source", "")
    return wish if wish in FORMS else "collection"


def _page(request: HttpRequest, source: str, form: forms.Form, answer: _Answer) -> HttpResponse:
    whole = {
        "form": form,
        "source": source,
        "sources": SOURCES,
        "preview": answer.preview,
        "refused": _refused(answer.preview),
        "usual_fields": ", ".join(FIELDS),
        "processors": PROCESSORS,
    }
    template = "harvester/preview.html" if request.GET.get("part") == "preview" else "harvester/start.html"
    return rendered(request, template, whole)


def _refused(preview: Preview | None) -> list[tuple[str, int]]:
    """Return why addresses would not be visited, in words."""
    return [(sentence(reason), count) for reason, count in preview["refused"].items()] if preview else []
