"""The queue of photos that look like somebody else's, for staff."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accounts import users
from imagehub.api.doors import pressed, require
from imagehub.lib.errors import Invalid, NotFound
from imagehub.lib.numbers import number_of
from publications import pairs
from publications.models import LONGEST_REASON, Resemblance, Verdict
from publications.reasons import ReasonForm
from publications.services import moderation, resemblances


class Review(LoginRequiredMixin, View):
    """Shows pairs and takes what staff says of them; its forms work without script."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Let nobody but staff know that this is here."""
        if request.user.is_authenticated and not request.user.is_staff:
            raise NotFound
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the pairs of one verdict, newest first."""
        page = pairs.page(_verdict(request), before=number_of(request.GET.get("before")))
        return render(request, "publications/review.html", {"page": page, **_frame(request)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do what the pressed button says; answer with the page, or the changed pair to a page that is open."""
        act, number = pressed(request, _ACTS), number_of(request.POST.get("pair"))
        if number is None:
            raise Invalid
        said = act(request, number)
        if request.GET.get("part") == "pair":
            return self._part(request, number)
        messages.success(request, said)
        return redirect(_address(request))

    def _part(self, request: HttpRequest, number: int) -> HttpResponse:
        return render(request, "publications/review_part.html", {"pair": pairs.one(number), **_frame(request)})


def _confirm(request: HttpRequest, number: int) -> str:
    resemblances.decide(number, Verdict.CONFIRMED, by=users.signed_in(request))
    return _("Confirmed. You can hide the later publication now.")


def _dismiss(request: HttpRequest, number: int) -> str:
    resemblances.decide(number, Verdict.DISMISSED, by=users.signed_in(request))
    return _("Dismissed.")


def _reopen(request: HttpRequest, number: int) -> str:
    resemblances.decide(number, Verdict.OPEN, by=users.signed_in(request))
    return _("Open again.")


def _hide(request: HttpRequest, number: int) -> str:
    reason = str(require(ReasonForm(request.POST))["reason"])
    moderation.hide(_later(number), reason, by=users.signed_in(request))
    return _("The later publication is hidden; its owner is told why.")


def _show(request: HttpRequest, number: int) -> str:
    moderation.show(_later(number), by=users.signed_in(request))
    return _("The later publication is shown again.")


def _later(number: int) -> str:
    """Return the public id of the publication that came later."""
    found = Resemblance.objects.filter(pk=number).values_list("later__publication__public_id", flat=True).first()
    if found is None:
        raise NotFound
    return found


def _frame(request: HttpRequest) -> dict[str, object]:
    """Return what stands around the pairs, on the page and in a part of it."""
    return {
        "chips": pairs.chips(),
        "verdict": _verdict(request).value,
        "action": _address(request),
        "longest_reason": LONGEST_REASON,
    }


def _address(request: HttpRequest) -> str:
    return f"{request.path}?verdict={_verdict(request).value}"


def _verdict(request: HttpRequest) -> Verdict:
    wish = request.GET.get("verdict", "")
    return Verdict(wish) if wish in Verdict.values else Verdict.OPEN


_ACTS: dict[str, Callable[[HttpRequest, int], str]] = {
    "confirm": _confirm,
    "dismiss": _dismiss,
    "reopen": _reopen,
    "hide": _hide,
    "show": _show,
}
