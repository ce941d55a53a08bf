"""The routes of one recipe for many images; each is a door to one service."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.idempotency import CreateOnce
from imagehub.api.parsers import JsonParser
from imagehub.api.schema import refusals
from imagehub.api.validation import Fields, validated
from imagehub.editor import recipes
from imagehub.editor.models import Kept
from imagehub.library import items, services
from imagehub.library.api import serializers
from imagehub.library.api.views import SCOPE


class Batches(CreateOnce[Fields]):
    """Orders to do the same to many images."""

    scope = SCOPE
    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="edit_many",
        request=serializers.BatchDraftSerializer,
        responses={202: serializers.BatchSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 503)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Order that a recipe be carried out on many images, one after the other."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Fields:
        """Judge the recipe."""
        said = validated(serializers.BatchDraftSerializer, request.data)
        return said | {"recipe": recipes.read(said["recipe"])}

    def create(self, request: Request, prepared: Fields, **_kwargs: Any) -> Response:
        """Give the order."""
        batch = services.begin(prepared["images"], prepared["recipe"], Kept(prepared["as"]), by=request.user)
        address = f"/api/v1/library/batches/{batch.public_id}"
        return Response(items.progress(batch), status=status.HTTP_202_ACCEPTED, headers={"Location": address})


class OneBatch(APIView):
    """One order."""

    scope = SCOPE

    @extend_schema(
        operation_id="get_batch", responses={200: serializers.BatchSerializer, **refusals(401, 403, 404, 503)}
    )
    def get(self, request: Request, batch_id: str) -> Response:
        """Say how far an order is."""
        return Response(items.progress(services.batch_of(batch_id, by=request.user)))


class Cancelling(APIView):
    """An order that is no longer wanted."""

    scope = SCOPE

    @extend_schema(
        operation_id="cancel_batch",
        request=None,
        responses={200: serializers.BatchSerializer, **refusals(401, 403, 404, 503)},
    )
    def post(self, request: Request, batch_id: str) -> Response:
        """Begin no further image; what is done stays."""
        return Response(items.progress(services.cancel(batch_id, by=request.user)))
