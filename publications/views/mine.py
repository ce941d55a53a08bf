"""The page "My publications"."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from accounts import users
from imagehub.api.doors import rendered
from publications import cards
from publications.forms import DetailsForm
from publications.limits import photos_for


class MyPublications(LoginRequiredMixin, View):
    """Shows a person's publications and takes the title of a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page, or only its cards to a page that is open already."""
        return _page(request, DetailsForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a publication and lead to its editor."""
        form = DetailsForm(request.POST)
        made = form.create(users.signed_in(request)) if form.is_valid() else None
        return redirect("publications:edit", made.public_id) if made else _page(request, form)


def _page(request: HttpRequest, form: DetailsForm) -> HttpResponse:
    owner = users.signed_in(request)
    before = request.GET.get("before", "")
    page = cards.page(owner, before)
    whole = {
        "cards": page.cards,
        "older": page.older,
        "is_later": bool(before),
        "allowance": photos_for(owner.plan),
        "form": form,
        "is_making": form.is_bound or "new" in request.GET,
    }
    template = "publications/cards.html" if request.GET.get("part") == "cards" else "publications/mine.html"
    return rendered(request, template, whole)
