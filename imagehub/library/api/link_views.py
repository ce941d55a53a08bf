"""The routes of links out of a library; each is a door to one service."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.schema import refusals
from imagehub.api.validation import Fields, validated
from imagehub.images.sharing.serializers import terms_of
from imagehub.lib import origin
from imagehub.library import albums
from imagehub.library.api import album_serializers as serializers
from imagehub.library.api.owners import owner_of
from imagehub.library.api.views import SCOPE
from imagehub.library.limits import LINKS
from imagehub.library.models import Allowed
from imagehub.library.services import sharing
from imagehub.library.services.sharing import Wish

_REFUSED = refusals(400, 401, 403, 404, 415, 429, 503)
_REFUSED_CHANGE = refusals(400, 401, 403, 404, 409, 415, 429, 503)


class Links(APIView):
    """The links of whoever asks; a new one takes no idempotency key, as a kept answer would hold the token."""

    scope = SCOPE
    throttle_quota = LINKS

    @extend_schema(
        operation_id="list_library_links",
        parameters=[serializers.LinksAskedSerializer],
        responses={200: serializers.ShareLinksSerializer, **_REFUSED},
    )
    def get(self, request: Request) -> Response:
        """Return all links that were not taken back, or those to one album, newest first."""
        album_id = validated(serializers.LinksAskedSerializer, request.query_params)["album"]
        album = albums.seen_by(request.user, album_id) if album_id else None
        links = albums.links_of(album.owner if album else owner_of(request), album)
        return Response({"items": [albums.link_card(link) for link in links]})

    @extend_schema(
        operation_id="create_library_link",
        request=serializers.LinkDraftSerializer,
        responses={201: serializers.NewShareLinkSerializer, **_REFUSED_CHANGE},
    )
    def post(self, request: Request) -> Response:
        """Make a link to an album, or to chosen images, for somebody without an account."""
        said = validated(serializers.LinkDraftSerializer, request.data)
        wish = _wish(said)
        if said["album"]:
            link, token = sharing.share_album(said["album"], wish, by=request.user)
        else:
            link, token = sharing.share_images(said["images"], wish, owner=owner_of(request))
        address = origin.absolute(reverse("links:shown", args=[token]))
        return Response({**albums.link_card(link), "url": address}, status=201)


class OneLink(APIView):
    """A link out of a library."""

    scope = SCOPE
    throttle_quota = LINKS

    @extend_schema(operation_id="get_library_link", responses={200: serializers.ShareLinkSerializer, **_REFUSED})
    def get(self, request: Request, link_id: str) -> Response:
        """Return a link, with how often it was opened and downloaded from."""
        return Response(albums.link_card(albums.link_seen_by(request.user, link_id)))

    @extend_schema(operation_id="revoke_library_link", responses={204: None, **_REFUSED})
    def delete(self, request: Request, link_id: str) -> Response:
        """Take a link back at once."""
        sharing.revoke(link_id, by=request.user)
        return Response(status=204)


def _wish(said: Fields) -> Wish:
    return Wish(terms_of(said), Allowed(said["allowed"]), said["name"])
