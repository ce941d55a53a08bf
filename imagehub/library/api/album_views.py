"""The routes of albums; each is a door to one service."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.idempotency import CreateOnce
from imagehub.api.schema import refusals
from imagehub.api.validation import validated
from imagehub.lib import origin
from imagehub.library import albums, items
from imagehub.library.api import album_serializers as serializers
from imagehub.library.api.owners import owner_of
from imagehub.library.api.views import SCOPE
from imagehub.library.models import Album
from imagehub.library.services import albums as services
from imagehub.library.services import succession

_REFUSED = refusals(400, 401, 403, 404, 415, 429, 503)
_REFUSED_CHANGE = refusals(400, 401, 403, 404, 409, 415, 429, 503)


class Albums(CreateOnce[str]):
    """The albums of whoever asks."""

    scope = SCOPE

    @extend_schema(operation_id="list_albums", responses={200: serializers.AlbumsSerializer, **_REFUSED})
    def get(self, request: Request) -> Response:
        """Return all albums, the one that changed last first."""
        owner = owner_of(request)
        succession.catch_up(owner)
        return Response({"items": albums.cards_of(owner)})

    @extend_schema(
        operation_id="create_album",
        request=serializers.AlbumDraftSerializer,
        responses={201: serializers.AlbumSerializer, **_REFUSED_CHANGE},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Make an empty album."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> str:
        """Read what is wanted."""
        return str(validated(serializers.AlbumDraftSerializer, request.data)["name"])

    def create(self, request: Request, prepared: str, **_kwargs: Any) -> Response:
        """Make it."""
        album = services.create(prepared, owner=owner_of(request))
        headers = {"Location": origin.absolute(f"{request.path}/{album.public_id}")}
        return Response(albums.card(album), status=201, headers=headers)


class OneAlbum(APIView):
    """An album."""

    scope = SCOPE

    @extend_schema(operation_id="get_album", responses={200: serializers.AlbumSerializer, **_REFUSED})
    def get(self, request: Request, album_id: str) -> Response:
        """Return an album."""
        return Response(albums.card(_current(request, album_id)))

    @extend_schema(
        operation_id="change_album",
        request=serializers.AlbumChangesSerializer,
        responses={200: serializers.AlbumSerializer, **_REFUSED_CHANGE},
    )
    def patch(self, request: Request, album_id: str) -> Response:
        """Call an album something else, or let another of its images stand for it."""
        said = validated(serializers.AlbumChangesSerializer, request.data)
        wanted = {name: value or "" for name, value in said.items()}
        return Response(albums.card(services.change(album_id, wanted, by=request.user)))

    @extend_schema(operation_id="delete_album", responses={204: None, **_REFUSED})
    def delete(self, request: Request, album_id: str) -> Response:
        """Delete an album with every link to it; its images stay in the library."""
        services.delete(album_id, by=request.user)
        return Response(status=204)


class Items(APIView):
    """The images of an album."""

    scope = SCOPE

    @extend_schema(
        operation_id="list_album_images",
        parameters=[serializers.AlbumPartSerializer],
        responses={200: serializers.AlbumItemsSerializer, **_REFUSED},
    )
    def get(self, request: Request, album_id: str) -> Response:
        """Return a part of an album, in its order."""
        said = validated(serializers.AlbumPartSerializer, request.query_params)
        album, start, limit = _current(request, album_id), int(said["cursor"] or 0), said["limit"]
        total = albums.count_of(album)
        rest = str(start + limit) if start + limit < total else None
        return Response({"items": items.items(albums.entries_of(album, start, limit)), "next": rest, "total": total})

    @extend_schema(
        operation_id="add_album_images",
        request=serializers.AlbumImagesSerializer,
        responses={200: serializers.AlbumSerializer, **_REFUSED_CHANGE},
    )
    def post(self, request: Request, album_id: str) -> Response:
        """Put images last, all or none; one that is there already stays where it is, so this can be repeated."""
        images = validated(serializers.AlbumImagesSerializer, request.data)["images"]
        return Response(albums.card(services.add(album_id, images, by=request.user)))


class Removal(APIView):
    """Images that are to leave an album."""

    scope = SCOPE

    @extend_schema(
        operation_id="remove_album_images",
        request=serializers.AlbumImagesSerializer,
        responses={200: serializers.AlbumSerializer, **_REFUSED_CHANGE},
    )
    def post(self, request: Request, album_id: str) -> Response:
        """Take images out, as far as they are in it, so that this can be repeated; they stay in the library."""
        images = validated(serializers.AlbumImagesSerializer, request.data)["images"]
        return Response(albums.card(services.remove(album_id, images, by=request.user)))


class Order(APIView):
    """The order of an album."""

    scope = SCOPE

    @extend_schema(
        operation_id="order_album_images",
        request=serializers.AlbumMoveSerializer,
        responses={200: serializers.AlbumSerializer, **_REFUSED_CHANGE},
    )
    def put(self, request: Request, album_id: str) -> Response:
        """Put images, in the order given, right before another one of the album or behind all others."""
        said = validated(serializers.AlbumMoveSerializer, request.data)
        return Response(albums.card(services.move(album_id, said["images"], said["before"] or "", by=request.user)))


def _current(request: Request, album_id: str) -> Album:
    album = albums.seen_by(request.user, album_id)
    succession.catch_up(album.owner)
    return album
