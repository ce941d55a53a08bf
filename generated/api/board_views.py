"""The routes of boards; each is a door to one service."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.api.permissions import HasScope, actor
from accounts.models import User
from accounts.policies import owner_seen_by
from generated import boards
from generated.api import board_serializers as serializers
from generated.api.serializers import OwnerSerializer
from generated.api.views import SCOPE
from generated.limits import LINKS
from generated.models import Board
from generated.services import boards as services
from generated.services import sharing
from imagehub.api.idempotency import CreateOnce
from imagehub.api.schema import refusals
from imagehub.api.validation import validated
from imagehub.images.sharing.serializers import NameSerializer, TermsSerializer, terms_of
from imagehub.lib import origin
from imagehub.lib.errors import Invalid

_REFUSED = refusals(400, 401, 403, 404, 415, 429, 503)
_REFUSED_CHANGE = refusals(400, 401, 403, 404, 409, 415, 429, 503)


@dataclass(frozen=True)
class Wish:
    """A board to put up, and in whose library."""

    name: str
    owner: User


class Boards(CreateOnce[Wish]):
    """The boards of a library."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="list_boards",
        parameters=[OwnerSerializer],
        responses={200: serializers.BoardsSerializer, **refusals(400, 401, 403, 404, 429, 503)},
    )
    def get(self, request: Request) -> Response:
        """Return all boards, the one that changed last first."""
        owner = _owner(validated(OwnerSerializer, request.query_params)["user_id"], actor(request))
        return Response({"boards": boards.cards_of(owner)})

    @extend_schema(
        operation_id="create_board",
        request=serializers.BoardDraftSerializer,
        responses={201: serializers.BoardSerializer, **_REFUSED_CHANGE},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Put up an empty board."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Wish:
        """Read what is wanted."""
        said = validated(serializers.BoardDraftSerializer, request.data)
        return Wish(said["name"], _owner(said["user_id"], actor(request)))

    def create(self, request: Request, prepared: Wish, **_kwargs: Any) -> Response:
        """Put it up."""
        board = services.create(prepared.name, owner=prepared.owner, by=actor(request))
        headers = {"Location": origin.absolute(f"{request.path}/{board.public_id}")}
        return Response(boards.card(board), status=201, headers=headers)


class _Door(APIView):
    """What all routes below one board share."""

    permission_classes = [HasScope]
    scope = SCOPE


class OneBoard(_Door):
    """A board."""

    @extend_schema(operation_id="get_board", responses={200: serializers.WholeBoardSerializer, **_REFUSED})
    def get(self, request: Request, board_id: str) -> Response:
        """Return a board with its images."""
        return _whole(boards.seen_by(actor(request), board_id))

    @extend_schema(
        operation_id="rename_board",
        request=NameSerializer,
        responses={200: serializers.BoardSerializer, **_REFUSED},
    )
    def patch(self, request: Request, board_id: str) -> Response:
        """Call a board something else."""
        name = validated(NameSerializer, request.data)["name"]
        return Response(boards.card(services.rename(board_id, name, by=actor(request))))

    @extend_schema(operation_id="delete_board", responses={204: None, **_REFUSED})
    def delete(self, request: Request, board_id: str) -> Response:
        """Take a board down with every link to it; its images stay in the library."""
        services.delete(board_id, by=actor(request))
        return Response(status=204)


class Items(_Door):
    """The images of a board."""

    @extend_schema(
        operation_id="add_board_images",
        request=serializers.ImagesSerializer,
        responses={200: serializers.WholeBoardSerializer, **_REFUSED_CHANGE},
    )
    def post(self, request: Request, board_id: str) -> Response:
        """Hang images last, all or none; one that hangs there already stays where it is, so this can be repeated."""
        images = validated(serializers.ImagesSerializer, request.data)["images"]
        return _whole(services.pin(board_id, images, by=actor(request)))

    @extend_schema(
        operation_id="order_board_images",
        request=serializers.ImagesSerializer,
        responses={200: serializers.WholeBoardSerializer, **_REFUSED},
    )
    def put(self, request: Request, board_id: str) -> Response:
        """Put all images in a new order at once."""
        images = validated(serializers.ImagesSerializer, request.data)["images"]
        return _whole(services.arrange(board_id, images, by=actor(request)))


class OneItem(_Door):
    """An image on a board."""

    @extend_schema(operation_id="remove_board_image", responses={204: None, **_REFUSED})
    def delete(self, request: Request, board_id: str, image_id: str) -> Response:
        """Take an image off a board; it stays in the library."""
        services.unpin(board_id, image_id, by=actor(request))
        return Response(status=204)


class Links(_Door):
    """The links to a board; a new one takes no idempotency key, as a kept answer would hold the token."""

    throttle_quota = LINKS

    @extend_schema(operation_id="list_board_links", responses={200: serializers.LinksSerializer, **_REFUSED})
    def get(self, request: Request, board_id: str) -> Response:
        """Return all links that were not taken back, newest first."""
        links = boards.links_of(boards.seen_by(actor(request), board_id))
        return Response({"links": [boards.link_card(link) for link in links]})

    @extend_schema(
        operation_id="create_board_link",
        request=TermsSerializer,
        responses={201: serializers.NewLinkSerializer, **_REFUSED_CHANGE},
    )
    def post(self, request: Request, board_id: str) -> Response:
        """Make a link for somebody without an account."""
        said = validated(TermsSerializer, request.data)
        link, token = sharing.share(board_id, terms_of(said), by=actor(request))
        url = origin.absolute(reverse("shared:board", args=[token]))
        return Response({**boards.link_card(link), "url": url}, status=201)


class OneLink(_Door):
    """A link to a board."""

    @extend_schema(operation_id="revoke_board_link", responses={204: None, **_REFUSED})
    def delete(self, request: Request, board_id: str, link_id: str) -> Response:
        """Take a link back at once."""
        sharing.revoke(board_id, link_id, by=actor(request))
        return Response(status=204)


def _whole(board: Board) -> Response:
    return Response({**boards.card(board), "images": boards.items_of(board)})


def _owner(user_id: str, by: Actor) -> User:
    if user_id:
        return owner_seen_by(by, user_id)
    if isinstance(by, User):
        return by
    raise Invalid(details={"user_id": [_("Say whose boards these are.")]})
