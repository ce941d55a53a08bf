"""Pages that belong to no feature."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imagehub.library.views.library import Library

_library = Library.as_view()


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Strangers learn what this is; who is signed in is in their library."""
    return _library(request) if request.user.is_authenticated else render(request, "home/home.html")
