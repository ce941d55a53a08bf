"""How often a caller may ask: fixed windows, counted in the shared cache, or by each process while that is away."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from imagehub.api.callers import caller_of, is_anonymous
from imagehub.lib import shared
from imagehub.lib.errors import Throttled

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it loads this module by name


@dataclass(frozen=True)
class Quota:
    """So many requests in a window of so many seconds; views with equal names count together."""

    name: str
    requests: int
    seconds: int


PER_USER = Quota("peruser", 3000, 60)
PER_ADDRESS = Quota("peraddress", 600, 60)


@dataclass(frozen=True)
class Standing:
    """Where a caller stands in the window under way."""

    quota: Quota
    used: int
    reset: int  # seconds until the next window

    @property
    def is_over(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.quota.requests

    def headers(self) -> Mapping[str, str]:
        """Return the fields of the RateLimit draft."""
        quota = self.quota
        left = max(0, quota.requests - self.used)
        return {
            "RateLimit-Policy": f'"{quota.name}";q={quota.requests};w={quota.seconds}',
            "RateLimit": f'"{quota.name}";r={left};t={self.reset}',
        }


class CallerThrottle(BaseThrottle):
    """Counts per user, key or address; a view may name its own `throttle_quota`."""

    standing: Standing | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request and tell whether it may go on."""
        if not settings.THROTTLING:
            return True
        caller = caller_of(request)
        usual = PER_ADDRESS if is_anonymous(caller) else PER_USER
        self.standing = count(caller, getattr(view, "throttle_quota", None) or usual)
        request._request.standing = self.standing  # type: ignore[attr-defined]  # noqa: SLF001  # read by headers_of
        return not self.standing.is_over

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return self.standing.reset if self.standing else None


def count(caller: str, quota: Quota) -> Standing:
    """Count one request of a caller and return where that puts it."""
    now = time.time()
    window = int(now // quota.seconds)
    key = f"throttle:{quota.name}:{caller}:{window}"
    reset = max(1, round((window + 1) * quota.seconds - now))
    return Standing(quota, shared.count(key, seconds=quota.seconds * 2), reset)


def require_room(caller: str, quota: Quota) -> None:
    """Count one request that comes by a page and not through the API; Throttled when it is one too many."""
    if not settings.THROTTLING:
        return
    standing = count(caller, quota)
    if standing.is_over:
        raise Throttled(retry_after=standing.reset)


def headers_of(request: HttpRequest) -> Mapping[str, str]:
    """Return what the answer to a counted request says about the caller's limit."""
    standing: Standing | None = getattr(request, "standing", None)
    return standing.headers() if standing else {}
