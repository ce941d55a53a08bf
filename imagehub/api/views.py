"""The API's own description."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, in YAML or JSON."""

    authentication_classes = ()


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI with our own template: no inline script, no inline style, nothing from elsewhere."""

    authentication_classes = ()
    template_name = "api/docs.html"
