"""One picture, and what is known of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from imagehub.api.doors import Door
from imagehub.library import details, services
from imagehub.library.models import LONGEST_TITLE
from imagehub.library.views.doors import entry_of, signed_in
from imagehub.library.wishes import Wish


class OneImage(Door):
    """Shows a picture with all that is known of it."""

    def get(self, request: HttpRequest, image_id: str) -> HttpResponse:
        """Show the page, or only the facts to a page that shows the picture already."""
        detail, wish = details.of(entry_of(request, image_id)), Wish.of(request.GET)
        whole: dict[str, Any] = {"detail": detail, "wish": wish, "longest_title": LONGEST_TITLE}
        template = "library/facts.html" if request.GET.get("part") == "facts" else "library/image.html"
        return render(request, template, whole)

    def post(self, request: HttpRequest, image_id: str) -> HttpResponse:
        """Call it what was typed; the library's script asks the API for that."""
        services.change(image_id, {"title": request.POST.get("title", "")}, by=signed_in(request))
        messages.success(request, _("Saved."))
        return redirect(request.path)
