"""The page "My pictures"."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accounts import users
from accounts.models import User
from avatars import tiles, uploads
from avatars.forms import ChoiceForm, UploadForm
from avatars.services import activate, add, delete
from imagehub.api.doors import pressed, require

if TYPE_CHECKING:
    from django.core.files import File  # generic for the type checker only


class MyPictures(LoginRequiredMixin, View):
    """Shows a person's pictures; its forms do without script what the script does through the API."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page, or only its grid to a page that is open already."""
        owner = users.signed_in(request)
        shown = tiles.of(owner)
        whole = {
            "tiles": shown,
            "active": next((tile for tile in shown if tile.is_active), None),
            "upload": UploadForm(),
            "avatar_address": tiles.avatar_address(owner),
            "accepted": uploads.FORMATS,
            "limits": uploads.LIMITS,
        }
        part = request.GET.get("part") == "grid"
        return render(request, "avatars/grid.html" if part else "avatars/pictures.html", whole)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what the pressed button says and come back to the page."""
        messages.success(request, pressed(request, _ACTS)(request, users.signed_in(request)))
        return redirect("avatars:mine")


def _upload(request: HttpRequest, owner: User) -> str:
    said = require(UploadForm(request.POST, request.FILES))
    add(uploads.judge_file(cast("File[bytes]", said["file"])), owner=owner, by=owner)
    return _("Picture created.")


def _activate(request: HttpRequest, owner: User) -> str:
    activate(_chosen(request)["picture"], owner=owner, by=owner)
    return _("This is the active picture now.")


def _delete(request: HttpRequest, owner: User) -> str:
    chosen = _chosen(request)
    delete(chosen["picture"], chosen["file_name"], owner=owner, by=owner)
    return _("Picture deleted.")


def _chosen(request: HttpRequest) -> dict[str, str]:
    return cast("dict[str, str]", require(ChoiceForm(request.POST)))


_ACTS: dict[str, Callable[[HttpRequest, User], str]] = {"upload": _upload, "activate": _activate, "delete": _delete}
