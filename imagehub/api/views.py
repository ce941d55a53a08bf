"""The API's own description, and a sign of life."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.throttling import Quota


class _AsNamed(DefaultContentNegotiation):
    """Lets `?format=` choose, which elsewhere may ask for something else."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer that is named or accepted."""
        named = format_suffix or request.query_params.get("format")
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, named)
        return chosen


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, in YAML or JSON."""

    authentication_classes = ()
    content_negotiation_class = _AsNamed
    throttle_quota = Quota("document", 60, 60)  # it is made anew for each language asked for

    def _get_version_parameter(self, _request: Request) -> None:
        """Know one version only: the library would copy any other into a header, whatever is in it."""


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI with our own template: no inline script, no inline style, nothing from elsewhere."""

    authentication_classes = ()
    template_name = "api/docs.html"


class LifeSerializer(serializers.Serializer[dict[str, str]]):
    """A sign of life."""

    status = serializers.CharField()


class Live(APIView):
    """Whether this process answers at all."""

    authentication_classes = ()
    permission_classes = [AllowAny]
    throttle_classes = ()

    @extend_schema(operation_id="live", responses={200: LifeSerializer})
    def get(self, request: Request) -> Response:  # noqa: ARG002  # nothing of it matters
        """Answer without asking any other part: who restarts processes must not do so because a database is away."""
        return Response({"status": "alive"})
