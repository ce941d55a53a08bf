"""The library: what is in it, and what is done to several pictures at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from imagehub.api.doors import Door, is_script
from imagehub.library import browsing, chips, grid
from imagehub.library.services.keeping import LIMITS
from imagehub.library.views import acts
from imagehub.library.views.doors import signed_in
from imagehub.library.views.grid import opening
from imagehub.library.wishes import Wish

_SHAPE = {"id": "{id}", "title": "{title}", "page": "{page}"}  # what the script puts a picture's own in place of


class Library(Door):
    """Shows a person's library or a part of it; its forms do without script what the script does."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page."""
        return page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do to the chosen pictures what the pressed button says."""
        done = acts.carried_out(request)
        if is_script(request):
            said = {"message": done.sentence, "images": done.images, "count": done.count, "rest": done.rest}
            return JsonResponse(said)
        messages.success(request, done.sentence)
        return redirect(_way_back(request))


class Elsewhere(Library):
    """The address under `/library/`: the library itself is the home of whoever is signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Lead there."""
        query = request.META.get("QUERY_STRING", "")
        return redirect(reverse("home") + (f"?{query}" if query else ""))


def page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    """Return the whole page, with more on it."""
    owner, wish = signed_in(request), Wish.of(request.GET)
    found = browsing.find(owner, wish.question)
    shown = chips.of(wish, owner)
    whole = {
        "wish": wish,
        "total": found.total,
        "grid": opening(owner, wish, found),
        "page": grid.page(owner, wish, found),
        "chips": shown,
        "narrowing": chips.count(shown),
        "facets": chips.facets(wish, browsing.facets(owner, wish.question)),
        "limits": LIMITS,
        "shape": _SHAPE,
        "is_adding": "upload" in request.GET,
    }
    return render(request, "library/library.html", {**whole, **more}, status=status)


def _way_back(request: HttpRequest) -> str:
    wish = request.POST.get("back", "")
    own = wish.startswith("/") and url_has_allowed_host_and_scheme(wish, allowed_hosts=None)
    return wish if own else reverse("home")
