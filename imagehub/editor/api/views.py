"""The editor's routes; each is a door to one service."""

from dataclasses import dataclass
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
from imagehub.api.validation import Fields, validated
from imagehub.editor import history, items, services, signing
from imagehub.editor.api import serializers
from imagehub.editor.models import Kept
from imagehub.editor.policies import Editor
from imagehub.editor.recipes import Order, ordered, written_as
from imagehub.images import queueing
from imagehub.images.pipeline.editing import grammar
from imagehub.images.pipeline.editing.engine import Output
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.sanitise import Clean

PREVIEW_QUALITY = 75


SCOPE = "images"


class Operations(APIView):
    """What can be done to a picture."""

    scope = SCOPE

    @extend_schema(operation_id="list_operations", responses={200: OpenApiTypes.OBJECT, **refusals(401, 403)})
    def get(self, request: Request) -> Response:  # noqa: ARG002  # the same for everybody
        """Return a JSON Schema of recipes: the operations, their parameters and ranges."""
        return Response(grammar.schema())


class Preview(APIView):
    """A look at what a recipe gives."""

    scope = SCOPE
    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="preview_edit",
        request=serializers.EditPreviewSerializer,
        responses={(200, "image/webp"): OpenApiTypes.BINARY, **refusals(400, 401, 403, 404, 413, 415, 429)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Return the edited picture, no wider than asked for; nothing is kept."""
        said = validated(serializers.EditPreviewSerializer, request.data)
        order = ordered(said["image"], said["recipe"], by=_editor(request))
        return _carried_out(order, Output(Format.WEBP, PREVIEW_QUALITY, said["width"]))


class Render(APIView):
    """A picture to take away."""

    scope = SCOPE
    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="render_edit",
        request=serializers.EditRenderSerializer,
        responses={
            **{(200, form.content_type): OpenApiTypes.BINARY for form in serializers.OUTPUTS},
            **refusals(400, 401, 403, 404, 413, 415, 429, 503),
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Return what a recipe gives in full size, in a format and quality; nothing is kept."""
        said = validated(serializers.EditRenderSerializer, request.data)
        order = ordered(said["image"], said["recipe"], by=_editor(request))
        return _carried_out(order, _output(order, said))


@dataclass(frozen=True)
class Wish:
    """An edit to be kept."""

    order: Order
    made: Clean
    kept: Kept


class Edits(CreateOnce[Wish]):
    """The edits of a picture."""

    scope = SCOPE
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
        responses={201: serializers.EditedSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Keep what a recipe gives as a new image; the original never changes."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Wish:
        """Judge the recipe and carry it out."""
        said = validated(serializers.EditDraftSerializer, request.data)
        order = ordered(said["image"], said["recipe"], by=_editor(request))
        with queueing.queue.place(order.image.owner_id):
            return Wish(order, services.made(order, _output(order, said)), Kept(said["as"]))

    def create(self, request: Request, prepared: Wish, **_kwargs: Any) -> Response:
        """Keep it."""
        edit = services.keep(prepared.order, prepared.made, by=_editor(request), kept=prepared.kept)
        return Response(items.item(edit), status=status.HTTP_201_CREATED)


class Revert(APIView):
    """An edit that is no longer wanted."""

    scope = SCOPE

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

    scope = SCOPE
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


def _output(order: Order, said: Fields) -> Output:
    return Output(Format(said["format"] or written_as(order.image.content_type).value), said["quality"])


def _carried_out(order: Order, output: Output) -> HttpResponse:
    with queueing.queue.place(order.image.owner_id):
        rendered = order.carried_out(output)
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(rendered.data, content_type=rendered.format.content_type, headers=headers)


def _editor(request: Request) -> Editor:
    return cast("Editor", request.user)
