"""DRF's exceptions in our envelope: one of the few places that may catch anything."""

from collections.abc import Mapping
from typing import Any

import structlog
from rest_framework.response import Response
from rest_framework.views import set_rollback

from imagehub.api import refusals, surfaces

log = structlog.get_logger(__name__)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """Turn whatever a view raised into a refusal; a crash is logged with its trace and says nothing.

    A view may add the fields of its surface with a method `extend_refusal(body)`.
    """
    refusal = refusals.of(error)
    if refusals.is_fault(error):
        log.error("request.failed", exc_info=error)
    set_rollback()
    body = surfaces.worn(refusal.body(), context["request"].path)
    extend = getattr(context.get("view"), "extend_refusal", None)
    if extend is not None:
        extend(body)
    return Response(body, status=refusal.status, headers=dict(refusal.headers))
