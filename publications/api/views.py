"""The routes of publications; each is a door to one service."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import users
from accounts.actors import Actor
from accounts.api.permissions import HasScope, actor
from accounts.models import User
from accounts.policies import may_act_for_all
from imagehub.api.idempotency import CreateOnce
from imagehub.api.schema import refusals
from imagehub.api.validation import validated
from imagehub.lib import origin
from imagehub.lib.errors import Invalid, NotOwner
from publications import finding, listing
from publications.api import serializers
from publications.services import publications as services
from publications.services.publications import Draft
from publications.tallies import EVERYBODY, Shelf

SCOPE = "publications"


@dataclass(frozen=True)
class Wish:
    """What is to be put up, and in whose name; without one in the caller's own."""

    draft: Draft
    owner_id: str


class Publications(CreateOnce[Wish]):
    """All publications, and the way to a new one."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="list_publications",
        parameters=[serializers.QuerySerializer],
        responses={200: serializers.PublicationsSerializer, **refusals(400, 401, 403, 404, 429, 503)},
    )
    def get(self, request: Request) -> Response:
        """Return a page of publications, newest first; those of one user with `owner`."""
        query = validated(serializers.QuerySerializer, request.query_params)
        shelf = _shelf(query.get("owner", ""), actor(request))
        return Response(listing.page(shelf, number=query["page"], limit=query["limit"]))

    @extend_schema(
        operation_id="create_publication",
        request=serializers.DraftSerializer,
        responses={201: serializers.PublicationSerializer, **refusals(400, 401, 403, 404, 409, 429, 503)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Put up a publication without photos."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Wish:
        """Read what is wanted."""
        said = validated(serializers.DraftSerializer, request.data)
        return Wish(Draft(said["title"], said["description"]), said["ownerId"])

    def create(self, request: Request, prepared: Wish, **_kwargs: Any) -> Response:
        """Put it up."""
        by = actor(request)
        publication = services.create(prepared.draft, owner=_owner(prepared.owner_id, by), by=by)
        headers = {"Location": origin.absolute(f"{request.path}/{publication.public_id}")}
        return Response(listing.card(publication), status=201, headers=headers)


class OnePublication(APIView):
    """A publication."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="get_publication",
        responses={200: serializers.PublicationSerializer, **refusals(401, 403, 404, 429, 503)},
    )
    def get(self, request: Request, publication_id: str) -> Response:
        """Return a publication to anybody who is signed in."""
        return Response(listing.card(finding.found(publication_id, seen_by=actor(request))))

    @extend_schema(
        operation_id="change_publication",
        request=serializers.ChangesSerializer,
        responses={200: serializers.PublicationSerializer, **refusals(400, 401, 403, 404, 415, 429, 503)},
    )
    def patch(self, request: Request, publication_id: str) -> Response:
        """Reword a publication."""
        changes = validated(serializers.ChangesSerializer, request.data)
        return Response(listing.card(services.change(publication_id, changes, by=actor(request))))  # type: ignore[arg-type]  # the serializer has no other fields

    @extend_schema(operation_id="delete_publication", responses={204: None, **refusals(401, 403, 404, 429, 503)})
    def delete(self, request: Request, publication_id: str) -> Response:
        """Remove a publication with all its photos."""
        services.delete(publication_id, by=actor(request))
        return Response(status=204)


def _shelf(owner_id: str, by: Actor) -> Shelf:
    if not owner_id:
        return Shelf(EVERYBODY, holds_hidden=may_act_for_all(by))
    if isinstance(by, User) and by.public_id == owner_id:
        return Shelf(by.pk, holds_hidden=True)
    return Shelf(users.by_public_id(owner_id).pk, holds_hidden=may_act_for_all(by))


def _owner(user_id: str, by: Actor) -> User:
    if isinstance(by, User) and user_id in {"", by.public_id}:
        return by
    if not user_id:
        raise Invalid(details={"ownerId": [_("Say whose publication this is.")]})
    if not may_act_for_all(by):
        raise NotOwner
    return users.by_public_id(user_id)
