"""The routes of a publication's photos; each is a door to one service."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import parsers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import HasScope, actor
from imagehub.api.idempotency import CreateOnce
from imagehub.api.schema import refusals
from imagehub.api.validation import validated
from imagehub.images import imports
from imagehub.images.pipeline.sanitise import Clean
from publications import finding, listing, uploads
from publications.api import serializers
from publications.api.views import SCOPE
from publications.limits import IMPORTS
from publications.models import Photo, Publication
from publications.services import photos

_REFUSED = refusals(400, 401, 403, 404, 415, 429, 503)
_REFUSED_FILE = refusals(400, 401, 403, 404, 409, 413, 415, 429, 503)


@dataclass(frozen=True)
class Upload:
    """A judged picture and what its sender says it shows."""

    clean: Clean
    alt_text: str


class AddPhoto(CreateOnce[Upload]):
    """A new photo, wherever its bytes come from."""

    permission_classes = [HasScope]
    scope = SCOPE

    def create(self, request: Request, prepared: Upload, **kwargs: Any) -> Response:
        """Hang the judged picture."""
        publication_id = kwargs["publication_id"]
        photo = photos.add(prepared.clean, publication_id, by=actor(request), alt_text=prepared.alt_text)
        return _added(photo, publication_id)


class Images(AddPhoto):
    """The photos of a publication."""

    parser_classes = [parsers.MultiPartParser]

    @extend_schema(
        operation_id="list_publication_images",
        responses={200: serializers.ImagesSerializer, **refusals(401, 403, 404, 429, 503)},
    )
    def get(self, request: Request, publication_id: str) -> Response:
        """Return the photos in their order, the first of which is the cover."""
        return _images(finding.found(publication_id, seen_by=actor(request)))

    @extend_schema(
        operation_id="add_publication_image",
        request={"multipart/form-data": serializers.PhotoSerializer},
        responses={201: serializers.AddedSerializer, **_REFUSED_FILE},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Hang a JPEG or PNG of at most 5 MB, as long as the plan of the owner has room and it is not there yet."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **kwargs: Any) -> Upload:
        """Find out where to, then judge the file."""
        finding.writable(kwargs["publication_id"], by=actor(request))
        said = validated(serializers.PhotoSerializer, request.data)
        return Upload(uploads.judge_file(said["image"]), said["altText"])

    @extend_schema(operation_id="clear_publication_images", responses={200: serializers.ClearedSerializer, **_REFUSED})
    def delete(self, request: Request, publication_id: str) -> Response:
        """Remove all photos; the publication stays."""
        photos.clear(publication_id, by=actor(request))
        return Response({"message": _("All images were deleted."), "publicationId": publication_id})


class ImportImage(AddPhoto):
    """A new photo from the web."""

    throttle_quota = IMPORTS

    @extend_schema(
        operation_id="import_publication_image",
        request=serializers.AddressSerializer,
        responses={201: serializers.AddedSerializer, **_REFUSED_FILE},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Hang a JPEG or PNG of at most 5 MB that lies at an address of the web."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **kwargs: Any) -> Upload:
        """Find out where to, then fetch and judge the picture."""
        finding.writable(kwargs["publication_id"], by=actor(request))
        said = validated(serializers.AddressSerializer, request.data)
        data = imports.fetched(said["url"], cap=uploads.LIMITS.bytes)
        return Upload(uploads.judge(data), said["altText"])


class ImageOrder(APIView):
    """The order of a publication's photos."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="order_publication_images",
        request=serializers.OrderSerializer,
        responses={200: serializers.ImagesSerializer, **_REFUSED},
    )
    def put(self, request: Request, publication_id: str) -> Response:
        """Put all photos in a new order at once; the first becomes the cover."""
        said = validated(serializers.OrderSerializer, request.data)
        return _images(photos.reorder(publication_id, said["images"], by=actor(request)))


class OneImage(APIView):
    """A photo, by its id or by its `imageUri`, encoded as one part of the address."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="describe_publication_image",
        request=serializers.AltTextSerializer,
        responses={200: serializers.ItemSerializer, **_REFUSED},
    )
    def patch(self, request: Request, publication_id: str, image_uri: str) -> Response:
        """Say what a photo shows, for people who can't see it."""
        said = validated(serializers.AltTextSerializer, request.data)
        photo = photos.describe(publication_id, image_uri, said["altText"], by=actor(request))
        return Response(listing.photo_item(photo))

    @extend_schema(operation_id="delete_publication_image", responses={200: serializers.RemovedSerializer, **_REFUSED})
    def delete(self, request: Request, publication_id: str, image_uri: str) -> Response:
        """Remove one photo; those behind it move up."""
        left = photos.remove(publication_id, image_uri, by=actor(request))
        answer = {"message": _("Image deleted."), "publicationId": publication_id, "remainingImages": left}
        return Response(answer)


def _images(publication: Publication) -> Response:
    items = listing.items(publication)
    return Response(
        {
            "publicationId": publication.public_id,
            "images": [item["imageUri"] for item in items],
            "totalImages": len(items),
            "items": items,
        }
    )


def _added(photo: Photo, publication_id: str) -> Response:
    item = listing.photo_item(photo)
    answer = {
        "message": _("Image added."),
        "imageUri": item["imageUri"],
        "publicationId": publication_id,
        "totalImages": photo.position + 1,  # a new one hangs last
        "image": item,
    }
    return Response(answer, status=201, headers={"Location": item["imageUri"]})
