"""Pictures are most of what is asked for, and need neither session nor form: they are answered before all that."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from imagehub.api import answers, refusals

PREFIX = "/i/"


class PicturesFirst:
    """Answers addresses of images itself, and leaves all others to what comes behind it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as the view does, and refuse what it refuses in the words of the address."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.get_host()  # refuses names that are not ours
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        try:
            return _answered(match, request)
        except refusals.FORESEEN as error:
            return answers.refused(request, refusals.of(error))


def _answered(match: ResolverMatch, request: HttpRequest) -> HttpResponseBase:
    answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return answer
