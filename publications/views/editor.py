"""The page on which a publication is made what it is; its forms do without script what the script does."""

from collections.abc import Callable
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from accounts import users
from imagehub.api import callers, throttling
from imagehub.api.doors import pressed, rendered, require
from imagehub.images import imports
from imagehub.lib.errors import Invalid
from publications import desk, finding, uploads
from publications.forms import DetailsForm, PhotoForm, WebForm, WordsForm
from publications.limits import IMPORTS
from publications.models import Publication
from publications.services import photos, publications


class Editor(LoginRequiredMixin, View):
    """Shows a publication to whoever may change it, and changes it."""

    def get(self, request: HttpRequest, publication_id: str) -> HttpResponse:
        """Show the page, or only its photos to a page that is open already."""
        publication = finding.writable(publication_id, by=users.signed_in(request))
        words = {"title": publication.title, "description": publication.description}
        return _page(request, publication, DetailsForm(initial=words))

    def post(self, request: HttpRequest, publication_id: str) -> HttpResponse:
        """Do what the pressed button says and come back to the page."""
        publication = finding.writable(publication_id, by=users.signed_in(request))
        return pressed(request, _ACTS)(request, publication)


def _page(request: HttpRequest, publication: Publication, form: DetailsForm) -> HttpResponse:
    whole = {
        "desk": desk.of(publication),
        "form": form,
        "words": WordsForm(),
        "web": WebForm(),
        "accepted": uploads.FORMATS,
        "limits": uploads.LIMITS,
    }
    template = "publications/photos.html" if request.GET.get("part") == "photos" else "publications/edit.html"
    return rendered(request, template, whole)


def _change(request: HttpRequest, publication: Publication) -> HttpResponse:
    form = DetailsForm(request.POST)
    if form.is_valid() and form.change(publication, users.signed_in(request)):
        return _back(request, publication, _("Saved."))
    return _page(request, publication, form)


def _delete(request: HttpRequest, publication: Publication) -> HttpResponse:
    publications.delete(publication.public_id, by=users.signed_in(request))
    messages.success(request, _("The publication is deleted."))
    return redirect("publications:mine")


def _upload(request: HttpRequest, publication: Publication) -> HttpResponse:
    files = request.FILES.getlist("file")
    if not files:
        raise Invalid
    for file in files:
        photos.add(uploads.judge_file(file), publication.public_id, by=users.signed_in(request))
    return _back(request, publication, _("Your photos are here."))


def _import(request: HttpRequest, publication: Publication) -> HttpResponse:
    throttling.require_room(callers.user(users.signed_in(request).public_id), IMPORTS)
    url = _judged(WebForm(request.POST))["url"]
    clean = uploads.judge(imports.fetched(url, cap=uploads.LIMITS.bytes))
    photos.add(clean, publication.public_id, by=users.signed_in(request))
    return _back(request, publication, _("Your photos are here."))


def _remove(request: HttpRequest, publication: Publication) -> HttpResponse:
    image = _judged(PhotoForm(request.POST))["image"]
    photos.remove(publication.public_id, image, by=users.signed_in(request))
    return _back(request, publication, _("Photo deleted."))


def _describe(request: HttpRequest, publication: Publication) -> HttpResponse:
    said = _judged(WordsForm(request.POST))
    photos.describe(publication.public_id, said["image"], said["alt_text"], by=users.signed_in(request))
    return _back(request, publication, _("Saved."))


def _move(step: int) -> Callable[[HttpRequest, Publication], HttpResponse]:
    def move(request: HttpRequest, publication: Publication) -> HttpResponse:
        image = _judged(PhotoForm(request.POST))["image"]
        order = desk.moved(publication, image, step)
        photos.reorder(publication.public_id, order, by=users.signed_in(request))
        return _back(request, publication, _("Saved."))

    return move


def _judged(form: forms.Form) -> dict[str, str]:
    return cast("dict[str, str]", require(form))


def _back(request: HttpRequest, publication: Publication, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("publications:edit", publication.public_id)


_ACTS: dict[str, Callable[[HttpRequest, Publication], HttpResponse]] = {
    "change": _change,
    "delete": _delete,
    "upload": _upload,
    "import": _import,
    "remove": _remove,
    "describe": _describe,
    "earlier": _move(-1),
    "later": _move(1),
}
