"""Pictures are most of what is asked for, and need neither session nor form: they are answered before all that."""

from collections.abc import Callable
from typing import cast

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware

from imagehub.api import answers, refusals
from imagehub.api.middleware import SurfaceLanguageMiddleware
from imagehub.images.links import ADDRESS
from imagehub.images.views import serve

_READING = {"GET", "HEAD"}


class PicturesFirst:
    """Answers whoever looks at an image itself, and leaves all else to what comes behind it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as the view does, and refuse what it refuses in the words of the address."""
        # Not `resolve`, which walks through all addresses there are, and costs as much as finding the picture.
        asked = ADDRESS.fullmatch(request.path_info) if request.method in _READING else None
        if asked is None:
            return self.get_response(request)
        try:
            request.get_host()  # refuses names that are not ours
            return serve(request, **asked.groupdict())
        except refusals.FORESEEN as error:
            return _refused(request, error)


def _refused(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Word a refusal in the caller's language, which no picture has, and protect it as any page."""
    worded = SurfaceLanguageMiddleware(lambda asking: answers.refused_over(asking, error))
    return cast("HttpResponse", XFrameOptionsMiddleware(CSPMiddleware(worded))(request))  # none of them is awaited
