"""The image core's routes; each is a door to one service."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.schema import refusals
from imagehub.images import cache
from imagehub.images.policies import Asking


class Renditions(APIView):
    """The renditions that are kept of an image."""

    scope = "images"

    @extend_schema(operation_id="purge_renditions", responses={204: None, **refusals(401, 403, 404)})
    def delete(self, request: Request, image_id: str) -> Response:
        """Remove all renditions of an image; each is made again when it is next asked for."""
        cache.purge(image_id, by=_asking(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _asking(request: Request) -> Asking:
    return cast("Asking", request.user)
