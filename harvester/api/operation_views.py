"""What operators ask: whether all is well, and figures."""

from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import Grant
from harvester import health, metrics
from harvester.api import answers
from harvester.api.doors import SCOPE, AsItIs, MayHarvest, requester
from harvester.policies import may_harvest
from imagehub.api.schema import refusals
from imagehub.lib.addresses import client_address

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address


class MayReadMetrics(MayHarvest):
    """Callers from an allowed address, holders of a key, and staff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse everybody else."""
        return _is_allowed(client_address(request)) or super().has_permission(request, view)


class Health(APIView):
    """Whether the service and the parts that it depends on are well."""

    permission_classes = [AllowAny]
    scope = SCOPE

    @extend_schema(
        operation_id="health",
        responses={200: answers.ReadinessSerializer, 503: answers.ReadinessSerializer, **refusals(401, 429)},
    )
    def get(self, request: Request) -> Response:
        """Tell in short words how everything is; 503 when requests can't be answered. With a key it says more."""
        parts = health.look()
        body = health.report(parts, details=parts if _may_know(request) else None)
        return Response(body, status=200 if health.is_ready(parts) else 503)


class Metrics(APIView):
    """Figures for Prometheus."""

    permission_classes = [MayReadMetrics]
    content_negotiation_class = AsItIs
    scope = SCOPE

    @extend_schema(
        operation_id="metrics",
        responses={(200, "text/plain"): OpenApiTypes.STR, **refusals(401, 403, 429, 503)},
    )
    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002  # everybody is told the same
        """Return the figures in Prometheus' text format, to holders of a key and to addresses of METRICS_ALLOW."""
        return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)


def _may_know(request: Request) -> bool:
    if not request.user or not request.user.is_authenticated:
        return False
    covered = not isinstance(request.auth, Grant) or request.auth.covers(SCOPE)
    return covered and may_harvest(requester(request))


def _is_allowed(address: str) -> bool:
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.METRICS_ALLOW)
