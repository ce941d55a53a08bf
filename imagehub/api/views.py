"""The API's own description."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from imagehub.api.throttling import Quota


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, in YAML or JSON."""

    authentication_classes = ()
    throttle_quota = Quota("document", 60, 60)  # it is made anew for each language and version asked for


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI with our own template: no inline script, no inline style, nothing from elsewhere."""

    authentication_classes = ()
    template_name = "api/docs.html"
