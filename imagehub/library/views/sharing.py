"""The pages about links out of a library, and about pictures that were chosen there; they work without script."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from imagehub.api.doors import Door, rendered, require
from imagehub.api.forms import ImagesForm
from imagehub.images.sharing.forms import AdditionForm, LinkForm, NameForm
from imagehub.lib import origin
from imagehub.lib.errors import Invalid
from imagehub.library import albums
from imagehub.library.album_forms import ChosenForm
from imagehub.library.limits import count_link
from imagehub.library.models import Album
from imagehub.library.services import albums as services
from imagehub.library.services import sharing
from imagehub.library.views.doors import signed_in

_NEW = "new_%s"  # the title of a link has the same name


class MyLinks(Door):
    """All links out of a library."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return render(request, "library/links.html", {"links": albums.links_of(signed_in(request))})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take one back."""
        sharing.revoke(str(require(LinkForm(request.POST))["link"]), by=signed_in(request))
        messages.success(request, _("The link leads nowhere now."))
        return redirect("albums:links")


class Chosen(Door):
    """What can be done with chosen pictures: put them into an album, or share them."""

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002  # whoever loads the page again that a form made
        """Lead to where pictures are chosen."""
        return redirect("home")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show the choice, or do what the pressed button says."""
        act = _ACTS.get(request.POST.get("action", "choose"))
        if act is None:
            raise Invalid
        return act(request, ImagesForm(request.POST).chosen())


def _page(request: HttpRequest, chosen: list[str], **more: Any) -> HttpResponse:
    owner = signed_in(request)
    whole = {
        "chosen": services.chosen(owner, chosen),
        "albums": albums.rows_of(owner),
        "name_form": NameForm(auto_id=_NEW),
        "share_form": ChosenForm(),
        **more,
    }
    is_part = request.POST.get("part") == "share"
    template = "library/share_part.html" if is_part else "library/chosen.html"
    return rendered(request, template, {**whole, "is_part": is_part})


def _add(request: HttpRequest, chosen: list[str]) -> HttpResponse:
    form, by = AdditionForm(request.POST), signed_in(request)
    album = albums.seen_by(by, request.POST.get("album", ""))
    if not form.judged(lambda: services.add(album.public_id, chosen, by=by)):
        return _page(request, chosen, add_form=form)
    return _added(request, album)


def _add_to_new(request: HttpRequest, chosen: list[str]) -> HttpResponse:
    form, owner = NameForm(request.POST, auto_id=_NEW), signed_in(request)
    album = form.judged(lambda: services.gather(form.cleaned_data["name"], chosen, owner=owner))
    return _added(request, album) if album else _page(request, chosen, name_form=form)


def _added(request: HttpRequest, album: Album) -> HttpResponse:
    messages.success(request, _("Added."))
    return redirect("albums:album", album.public_id)


def _share(request: HttpRequest, chosen: list[str]) -> HttpResponse:
    """Make a link and show its address, this once: it goes through no redirect, so it is kept nowhere."""
    owner = signed_in(request)
    count_link(request)
    form = ChosenForm(request.POST)
    made = form.judged(lambda: sharing.share_images(chosen, form.wish(), owner=owner))
    if made is None:
        return _page(request, chosen, share_form=form)
    address = origin.absolute(reverse("links:shown", args=[made[1]]))
    return _page(request, chosen, fresh=made[0], fresh_address=address)


_ACTS: dict[str, Callable[[HttpRequest, list[str]], HttpResponse]] = {
    "choose": _page,
    "add": _add,
    "new": _add_to_new,
    "share": _share,
}
