"""The routes of recipes that are kept under a name; each is a door to one service."""

from dataclasses import dataclass
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.idempotency import CreateOnce
from imagehub.api.parsers import JsonParser
from imagehub.api.schema import refusals
from imagehub.api.validation import validated
from imagehub.editor.api import serializers
from imagehub.editor.api.views import SCOPE
from imagehub.editor.items import preset_item
from imagehub.editor.policies import Editor
from imagehub.editor.services import presets
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.lib import origin


@dataclass(frozen=True)
class Wish:
    """A preset to be kept."""

    name: str
    recipe: Recipe


class Presets(CreateOnce[Wish]):
    """All presets of whoever asks."""

    scope = SCOPE
    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="list_presets",
        responses={200: serializers.PresetsSerializer, **refusals(401, 403, 429, 503)},
    )
    def get(self, request: Request) -> Response:
        """Return the presets of whoever asks, by name."""
        return Response({"items": [preset_item(preset) for preset in presets.of(_editor(request))]})

    @extend_schema(
        operation_id="create_preset",
        request=serializers.PresetDraftSerializer,
        responses={201: serializers.PresetSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 429, 503)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Keep a recipe under a name."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Wish:
        """Judge the recipe."""
        said = validated(serializers.PresetDraftSerializer, request.data)
        return Wish(said["name"], presets.judged(said["recipe"], by=_editor(request)))

    def create(self, request: Request, prepared: Wish, **_kwargs: Any) -> Response:
        """Keep it."""
        preset = presets.keep(prepared.name, prepared.recipe, by=_editor(request))
        headers = {"Location": origin.absolute(f"{request.path}/{preset.public_id}")}
        return Response(preset_item(preset), status=201, headers=headers)


class OnePreset(APIView):
    """A preset."""

    scope = SCOPE
    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="change_preset",
        request=serializers.PresetChangeSerializer,
        responses={200: serializers.PresetSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 429, 503)},
    )
    def patch(self, request: Request, preset_id: str) -> Response:
        """Give a preset another name, another recipe, or both."""
        said, by = validated(serializers.PresetChangeSerializer, request.data), _editor(request)
        recipe = None if said["recipe"] is None else presets.judged(said["recipe"], by=by)
        return Response(preset_item(presets.change(preset_id, said["name"], recipe, by=by)))

    @extend_schema(operation_id="delete_preset", responses={204: None, **refusals(401, 403, 404, 429, 503)})
    def delete(self, request: Request, preset_id: str) -> Response:
        """Delete a preset; pictures that were made with it stay as they are."""
        presets.forget(preset_id, by=_editor(request))
        return Response(status=204)


def _editor(request: Request) -> Editor:
    return cast("Editor", request.user)
