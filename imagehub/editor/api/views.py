"""The editor's routes; each is a door to one service."""

from typing import Any, cast

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.idempotency import CreateOnce
from imagehub.api.parsers import JsonParser
from imagehub.api.schema import refusals
from imagehub.api.validation import validated
from imagehub.editor import history, items, services, signing
from imagehub.editor.api import serializers
from imagehub.editor.policies import Editor
from imagehub.editor.recipes import Order, ordered
from imagehub.images.pipeline.editing import grammar
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.formats import Format

PREVIEW_QUALITY = 75


class Operations(APIView):
    """What can be done to a picture."""

    @extend_schema(operation_id="list_operations", responses={200: OpenApiTypes.OBJECT, **refusals(401, 403)})
    def get(self, request: Request) -> Response:  # noqa: ARG002  # the same for everybody
        """Return a JSON Schema of recipes: the operations, their parameters and ranges."""
        return Response(grammar.schema())


class Preview(APIView):
    """A look at what a recipe gives."""

    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="preview_edit",
        request=serializers.EditPreviewSerializer,
        responses={(200, "image/webp"): OpenApiTypes.BINARY, **refusals(400, 401, 403, 404, 413, 415)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Return the edited picture, no wider than asked for; nothing is kept."""
        said = validated(serializers.EditPreviewSerializer, request.data)
        order = ordered(said["image"], said["recipe"], by=_editor(request))
        rendered = order.carried_out(Output(Format.WEBP, PREVIEW_QUALITY, said["width"]))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(rendered.data, content_type=rendered.format.content_type, headers=headers)


class Edits(CreateOnce[tuple[Order, Output]]):
    """The edits of a picture."""

    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="list_edits",
        parameters=[serializers.EditHistorySerializer],
        responses={200: serializers.EditHistoryPageSerializer, **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        """Return what was made of a picture, the newest first."""
        said = validated(serializers.EditHistorySerializer, request.query_params)
        return Response(history.page(said["image"], cursor=said["cursor"], limit=said["limit"], by=_editor(request)))

    @extend_schema(
        operation_id="save_edit",
        request=serializers.EditDraftSerializer,
        responses={201: serializers.EditedSerializer, **refusals(400, 401, 403, 404, 409, 413, 415)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Keep what a recipe gives as a new image; the original never changes."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> tuple[Order, Output]:
        """Judge the recipe."""
        said = validated(serializers.EditDraftSerializer, request.data)
        order = ordered(said["image"], said["recipe"], by=_editor(request))
        form = Format(said["format"] or order.image.content_type.removeprefix("image/"))
        return order, Output(form, said["quality"])

    def create(self, request: Request, prepared: tuple[Order, Output], **_kwargs: Any) -> Response:
        """Carry it out and keep it."""
        order, output = prepared
        edit = services.save(order, output, by=_editor(request))
        return Response(items.item(edit), status=status.HTTP_201_CREATED)


class Revert(APIView):
    """An edit that is no longer wanted."""

    @extend_schema(
        operation_id="revert_edit",
        request=None,
        responses={200: serializers.EditedSerializer, **refusals(401, 403, 404)},
    )
    def post(self, request: Request, edit_id: str) -> Response:
        """Mark an edit as reverted; its image and recipe stay."""
        return Response(items.item(services.revert(edit_id, by=_editor(request))))


class Sign(APIView):
    """The address of a rendition."""

    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="sign_rendition",
        request=serializers.SigningSerializer,
        responses={200: serializers.SignedAddressSerializer, **refusals(400, 401, 403, 404, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        """Return an address that shows a rendition to whoever has it, until it ends."""
        said = validated(serializers.SigningSerializer, request.data)
        return Response(
            {"url": signing.address(said["image"], said["operations"], said["expires_in"], by=_editor(request))}
        )


def _editor(request: Request) -> Editor:
    return cast("Editor", request.user)
