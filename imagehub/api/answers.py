"""The two shapes of a refusal outside DRF: JSON for programs, a page for people."""

from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from imagehub.api import is_api_path, refusals, surfaces
from imagehub.api.refusals import Refusal
from imagehub.api.renderers import dump

log = structlog.get_logger(__name__)

# What a refusal replaces; every other header of the original answer stays.
_OF_THE_BODY = {"content-type", "content-length", "content-encoding", "etag", "last-modified"}


def as_json(refusal: Refusal, path: str = "") -> HttpResponse:
    """Return the refusal as the API's envelope, as the surface at `path` wears it."""
    headers = {"Content-Type": "application/json", **refusal.headers}
    return HttpResponse(dump(surfaces.worn(refusal.body(), path)), status=refusal.status, headers=headers)


def as_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the refusal as a page that says what happened and what to do.

    It is rendered without the request's context: whoever is signed in is known to the database only,
    which may be what failed.
    """
    page = loader.render_to_string("error.html", {"refusal": refusal, "request": request})
    return HttpResponse(page, status=refusal.status, headers=dict(refusal.headers))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the refusal in the shape that this address speaks."""
    return as_json(refusal, request.path) if is_api_path(request.path) else as_page(request, refusal)


def refused_over(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return the refusal for what was raised; a fault that Django does not log is logged."""
    if refusals.is_fault(error):
        log.error("request.failed", exc_info=error)
    return refused(request, refusals.of(error))


def rewritten(response: HttpResponse, path: str) -> HttpResponse:
    """Return a refusal that somebody else worded as ours, with its other headers."""
    answer = as_json(refusals.of_status(response.status_code), path)
    for name, value in response.headers.items():
        if name.lower() not in _OF_THE_BODY:
            answer.headers[name] = value
    answer.cookies.update(response.cookies)
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # the reason is for us, not for them
    """Refuse a form or call that does not come from our own pages."""
    sentence = _("This page was open for too long or in two places. Load it again and repeat.")
    return refused(request, Refusal(HTTPStatus.FORBIDDEN, "CSRF_FAILED", sentence))


def refused_by_django(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses before or after a view (its 400, 403 and 404)."""
    return refused(request, refusals.of(exception))


def crashed(request: HttpRequest) -> HttpResponse:
    """Answer what nobody foresaw; Django has logged it."""
    return refused(request, refusals.of_status(500))
