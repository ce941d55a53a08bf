"""One image, and two beside one another."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.users import signed_in
from generated import details, policies
from generated.models import Status
from generated.wishes import Wish
from imagehub.api.doors import Door
from imagehub.api.forms import ImagesForm
from imagehub.lib.errors import Invalid

_TWO = 2


class OneImage(Door):
    """Shows an image with all that is known of it."""

    def get(self, request: HttpRequest, image_id: str) -> HttpResponse:
        """Show it to its owner; the rest of the address says from which list they came."""
        generated, wish = policies.seen_by(signed_in(request), image_id), Wish.of(request.GET)
        whole = {
            "detail": details.of(generated, wish, signed_in(request)),
            "wish": wish,
            "statuses": [one for one in Status if one is not Status.DELETED],
        }
        return render(request, "generated/image.html", whole)


class Compare(Door):
    """Shows two images beside one another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the two that the address names."""
        first = policies.seen_by(signed_in(request), request.GET.get("a", ""))
        second = policies.seen_by(signed_in(request), request.GET.get("b", ""))
        whole = {"first": first, "second": second, "lines": details.compared(first, second)}
        return render(request, "generated/compare.html", whole)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Lead to the comparison of two that were chosen."""
        chosen = ImagesForm(request.POST).chosen()
        if len(chosen) != _TWO:
            raise Invalid(details={"images": [_("Choose two images.")]})
        return redirect(f"{reverse('generated:compare')}?a={chosen[0]}&b={chosen[1]}")
