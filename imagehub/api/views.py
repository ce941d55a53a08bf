"""The API's own description."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):  # type: ignore[misc]  # untyped
    """The OpenAPI document."""


class DocsView(SpectacularSwaggerSplitView):  # type: ignore[misc]  # untyped
    """Swagger UI from our own address, without inline script or style."""

    template_name = "api/docs.html"
    throttle_classes = ()
