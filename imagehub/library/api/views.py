"""The library's routes; each is a door to one service."""

from typing import TYPE_CHECKING, Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.idempotency import CreateOnce
from imagehub.api.parsers import JsonParser
from imagehub.api.schema import refusals
from imagehub.api.validation import validated
from imagehub.editor.policies import person
from imagehub.images.pipeline.sanitise import Clean
from imagehub.lib.errors import FileTooLarge
from imagehub.library import browsing, items, policies, services, shelving
from imagehub.library.api import serializers

if TYPE_CHECKING:
    from django.db.models import Model  # a name only: whose library

SCOPE = "images"


class AnyForm(DefaultContentNegotiation):
    """Takes `?format=` for the question that it is here: for pictures of a format, not for another form of answer."""

    def filter_renderers(self, renderers: Any, _format: str) -> Any:
        """Leave none out."""
        return renderers


class Library(CreateOnce[tuple[Clean, str]]):
    """Everything that the caller has."""

    scope = SCOPE
    content_negotiation_class = AnyForm
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="list_library",
        parameters=[serializers.AskedSerializer],
        responses={200: serializers.LibraryItemsSerializer, **refusals(400, 401, 403, 503)},
    )
    def get(self, request: Request) -> Response:
        """Return images of all surfaces, the newest first; `next` is the cursor of what follows."""
        asked = serializers.AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        cursor, limit = asked.validated_data["cursor"], asked.validated_data["limit"]
        person(request.user)
        owner = cast("Model", request.user)
        found = browsing.find(owner, asked.question)
        rest = found.before(int(cursor)) if cursor else found
        numbers = rest.newest(0, limit)
        shown = items.items(browsing.numbered(owner, numbers))
        is_last = not numbers or rest.below(numbers[-1]) is None
        return Response({"items": shown, "next": None if is_last else str(numbers[-1]), "total": found.total})

    @extend_schema(
        operation_id="add_to_library",
        request={"multipart/form-data": serializers.LibraryUploadSerializer},
        responses={201: serializers.LibraryItemSerializer, **refusals(400, 401, 403, 409, 413, 415, 503)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Keep a picture that belongs to no other surface."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> tuple[Clean, str]:
        """Judge the file."""
        person(request.user)
        said = validated(serializers.LibraryUploadSerializer, request.data)
        if said["file"].size > services.LIMITS.bytes:
            raise FileTooLarge
        return services.judged(said["file"].read()), said["title"] or services.title_of(said["file"].name)

    def create(self, request: Request, prepared: tuple[Clean, str], **_kwargs: Any) -> Response:
        """Keep the picture."""
        kept = items.item(services.keep_judged(*prepared, by=request.user))
        return Response(kept, status=status.HTTP_201_CREATED, headers={"Location": f"/api/v1/library/{kept['id']}"})


class OneImage(APIView):
    """One image, whichever surface it belongs to."""

    scope = SCOPE
    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="get_from_library",
        responses={200: serializers.LibraryItemSerializer, **refusals(401, 403, 404, 503)},
    )
    def get(self, request: Request, image_id: str) -> Response:
        """Return an image, with an address that holds for a while."""
        return Response(items.item(shelving.entry_of(policies.image_kept_by(request.user, image_id))))

    @extend_schema(
        operation_id="change_in_library",
        request=serializers.ChangeSerializer,
        responses={200: serializers.LibraryItemSerializer, **refusals(400, 401, 403, 404, 415, 503)},
    )
    def patch(self, request: Request, image_id: str) -> Response:
        """Call an image something else in the library, or say which place in it matters most."""
        said = validated(serializers.ChangeSerializer, request.data)
        return Response(items.item(services.change(image_id, said, by=request.user)))

    @extend_schema(
        operation_id="delete_from_library",
        parameters=[serializers.DeletingSerializer],
        responses={204: None, **refusals(400, 401, 403, 404, 409, 503)},
    )
    def delete(self, request: Request, image_id: str) -> Response:
        """Move an image to the recycle bin, or `final`ly out of the library; 409, with the places, when it is used.

        Sent again it changes nothing: what is in the bin stays until it is to go finally or its days are over.
        """
        said = validated(serializers.DeletingSerializer, request.query_params)
        away = services.remove if said["final"] else services.bin
        away([image_id], by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Restoring(APIView):
    """An image that is wanted again."""

    scope = SCOPE

    @extend_schema(
        operation_id="restore_in_library",
        request=None,
        responses={200: serializers.LibraryItemSerializer, **refusals(401, 403, 404, 503)},
    )
    def post(self, request: Request, image_id: str) -> Response:
        """Take an image out of the recycle bin; one that is not in it stays as it is."""
        [entry] = services.restore([image_id], by=request.user)
        return Response(items.item(entry))
