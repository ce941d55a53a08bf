"""What surrounds every request: its name in the logs, its language, and the shape of refusals."""

import re
import secrets
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from imagehub.api import answers, is_api_path, languages, refusals, throttling
from imagehub.lib import origin

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("imagehub.access")

ALWAYS = {"X-Content-Type-Options": "nosniff"}
# Answers are personal, or secret, unless a view says how they may be kept: neither a cache on the way nor
# the browser of somebody who has signed out is to show them again.
UNLESS_SAID = "private, no-store"
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}")


class RequestContextMiddleware:
    """Names each request, tells where callers see us, and logs one line when it is answered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the request's context."""
        started = time.monotonic()
        name = request.id = request_id(request)  # type: ignore[attr-defined]  # shown on error pages
        with structlog.contextvars.bound_contextvars(request_id=name), origin.seen_as(lambda: origin_of(request)):
            response = self.get_response(request)
            for header, value in {**throttling.headers_of(request), **ALWAYS, "X-Request-ID": name}.items():
                response.headers[header] = value
            response.headers.setdefault("Cache-Control", UNLESS_SAID)
            _log(request, response, round((time.monotonic() - started) * 1000, 1))
        return response


def request_id(request: HttpRequest) -> str:
    """Return the caller's name for the request when it is short and visible, else a fresh one."""
    offered = request.META.get("HTTP_X_REQUEST_ID", "")
    return offered if _REQUEST_ID.fullmatch(offered) else secrets.token_urlsafe(16)


def origin_of(request: HttpRequest) -> str:
    """Return the scheme and host that this caller sees; nothing when the host is not one of ours."""
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""


def _log(request: HttpRequest, response: HttpResponse, milliseconds: float) -> None:
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=milliseconds,
        user=_known_user(request),
    )


def _known_user(request: HttpRequest) -> str | None:
    """Return who asked when answering had to find out; to find out only for the log would cost queries."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject) and not hasattr(request, "_cached_user"):
        return None
    return getattr(user, "public_id", None)


class SurfaceLanguageMiddleware:
    """Speaks the caller's language: an API reads `Accept-Language` only, a page the visitor's choice first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the caller."""
        language = languages.of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith(("text/html", "application/json")):
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, languages.decided_by(request))
        return response


class RefusalMiddleware:
    """Words every refusal as this address does: JSON for programs, a page for people."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; refuse bodies beyond every limit before they are read."""
        if is_too_long(request):
            return answers.refused(request, refusals.of_status(413))
        response = self.get_response(request)
        if response.status_code >= 400 and is_api_path(request.path) and not _is_json(response):  # noqa: PLR2004  # refusals
            return answers.rewritten(response, request.path)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what a view refused; a crash is Django's to log and ours to word."""
        if refusals.is_crash(error):
            return None
        return answers.refused_over(request, error)


def is_too_long(request: HttpRequest) -> bool:
    """Tell whether the body is announced as longer than anything that we take."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.LARGEST_BODY


def _is_json(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")
