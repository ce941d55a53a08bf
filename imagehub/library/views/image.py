"""One picture, and what is known of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from imagehub.api.doors import Door
from imagehub.library import details
from imagehub.library.views.doors import entry_of
from imagehub.library.wishes import Wish


class OneImage(Door):
    """Shows a picture with all that is known of it."""

    def get(self, request: HttpRequest, image_id: str) -> HttpResponse:
        """Show the page, or only the facts to a page that shows the picture already."""
        whole: dict[str, Any] = {"detail": details.of(entry_of(request, image_id)), "wish": Wish.of(request.GET)}
        template = "library/facts.html" if request.GET.get("part") == "facts" else "library/image.html"
        return render(request, template, whole)
