"""Which pages may open a socket: our own. Anything else would ride on the visitor's cookie."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def is_own(origin: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a page of this origin is ours: the host that was asked, or one the settings trust."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = headers.get("host", "")
    parts = urlsplit(origin)
    wanted = {"https"} if settings.HTTPS else {"http", "https"}
    return parts.scheme in wanted and parts.netloc == host and _is_served(host)


def _is_served(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
