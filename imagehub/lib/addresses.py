"""Where a request comes from, as far as the set-up lets us believe it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

_ONE_HOUSEHOLD = 64  # bits of an IPv6 address that its user cannot change


def client_address(request: HttpRequest | Request) -> str:
    """Return the caller's network address; `X-Forwarded-For` counts only behind TRUSTED_PROXIES proxies."""
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            return str(hops[-settings.TRUSTED_PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))


def household(address: str) -> str:
    """Return what limits count by: the address, or the network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:  # noqa: PLR2004  # IPv6
        return str(ipaddress.ip_network((parsed, _ONE_HOUSEHOLD), strict=False))
    return str(parsed)
