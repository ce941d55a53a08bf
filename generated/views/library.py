"""The library: what is in it, and what is done to several images at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext

from accounts.models import User
from accounts.users import signed_in
from generated import facets, gallery, reading, services
from generated.models import Generated, Status
from generated.wishes import Wish
from imagehub.api.doors import Door, is_script, pressed
from imagehub.api.forms import MOST, ImagesForm

_Act = Callable[[str, User], object]


class Library(Door):
    """Shows a person's library or a part of it; its forms do without script what the script does."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page, or only its grid to a page that is open already."""
        if request.GET.get("part") == "grid":
            return render(request, "generated/grid.html", _shown(request))
        return page(request, is_importing="import" in request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do to the chosen images what the pressed button says."""
        act, said = pressed(request, _ACTS)
        is_all = request.POST["action"] == "empty"
        chosen = _in_bin(signed_in(request)) if is_all else ImagesForm(request.POST).chosen()
        changed = services.each(chosen, lambda image_id: act(image_id, signed_in(request)))
        sentence = said(len(changed))
        if is_script(request):
            return JsonResponse({"message": sentence, "images": changed})
        messages.success(request, sentence)
        return redirect(_way_back(request))


def page(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    """Return the whole page, with more on it."""
    shown = _shown(request)
    frame = {
        "facets": facets.of(signed_in(request), shown["wish"]),
        "limits": reading.LIMITS,
        "statuses": [one for one in Status if one is not Status.DELETED],
    }
    return render(request, "generated/library.html", {**shown, **frame, **more}, status=status)


def _shown(request: HttpRequest) -> dict[str, Any]:
    """Return the part of the library that the address asks for."""
    wish = Wish.of(request.GET)
    chips = gallery.chips(wish)
    narrowing = len(chips) - bool(wish.q)  # what is searched for stands in its own place
    return {"page": gallery.page(signed_in(request), wish), "wish": wish, "chips": chips, "narrowing": narrowing}


def _in_bin(owner: User) -> list[str]:
    """Return what lies longest in the recycle bin, as much as goes at once."""
    binned = Generated.objects.of(owner).filter(status=Status.DELETED).order_by("number")
    return list(binned.values_list("public_id", flat=True)[:MOST])


def _way_back(request: HttpRequest) -> str:
    wish = request.POST.get("back", "")
    own = wish.startswith("/") and url_has_allowed_host_and_scheme(wish, allowed_hosts=None)
    return wish if own else reverse("generated:library")


def _changed(status: Status) -> _Act:
    return lambda image_id, by: services.change_status(image_id, status, by=by)


def _restored(image_id: str, by: User) -> object:
    return services.restore(image_id, by=by)


def _removed(image_id: str, by: User) -> object:
    return services.delete(image_id, by=by)


def _said_changed(count: int) -> str:
    return ngettext("%(count)d image changed.", "%(count)d images changed.", count) % {"count": count}


def _said_binned(count: int) -> str:
    return ngettext("%(count)d image is in the bin.", "%(count)d images are in the bin.", count) % {"count": count}


def _said_restored(count: int) -> str:
    return ngettext("%(count)d image is back.", "%(count)d images are back.", count) % {"count": count}


def _said_removed(count: int) -> str:
    return ngettext("%(count)d image is deleted for good.", "%(count)d images are deleted for good.", count) % {
        "count": count
    }


_ACTS: dict[str, tuple[_Act, Callable[[int], str]]] = {
    "generated": (_changed(Status.GENERATED), _said_changed),
    "printed": (_changed(Status.PRINTED), _said_changed),
    "ordered": (_changed(Status.ORDERED), _said_changed),
    "deleted": (_changed(Status.DELETED), _said_binned),
    "restore": (_restored, _said_restored),
    "remove": (_removed, _said_removed),
    "empty": (_removed, _said_removed),
}
