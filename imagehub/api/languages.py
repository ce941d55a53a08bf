"""Which language a caller is spoken to."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from imagehub.api import is_api_path


def of(request: HttpRequest) -> str:
    """Return the language for the answer to a request."""
    if not is_api_path(request.path):
        return translation.get_language_from_request(request)
    return _asked_for(request.headers.get("Accept-Language", "")) or of_surface(request.path)


def of_surface(path: str) -> str:
    """Return what an API speaks to callers who do not say which language they want."""
    surfaces = settings.SURFACE_LANGUAGES
    longest = max((prefix for prefix in surfaces if path.startswith(prefix)), key=len, default="")
    return str(surfaces.get(longest, settings.LANGUAGE_CODE))


def decided_by(request: HttpRequest) -> list[str]:
    """Return the request headers that a cache must look at before it repeats the answer."""
    return ["Accept-Language"] if is_api_path(request.path) else ["Accept-Language", "Cookie"]


def _asked_for(header: str) -> str | None:
    for language, priority in parse_accept_lang_header(header):
        if language == "*" or not priority:
            return None
        try:
            return translation.get_supported_language_variant(language)
        except LookupError:
            continue
    return None
