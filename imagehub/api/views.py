"""The API's own description."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

from imagehub.api.throttling import Quota


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, in YAML or JSON."""

    authentication_classes = ()
    throttle_quota = Quota("document", 60, 60)  # it is made anew for each language asked for

    def _get_version_parameter(self, _request: Request) -> None:
        """Know one version only: the library would copy any other into a header, whatever is in it."""


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI with our own template: no inline script, no inline style, nothing from elsewhere."""

    authentication_classes = ()
    template_name = "api/docs.html"
