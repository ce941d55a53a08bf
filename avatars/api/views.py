"""The older picture service's routes; each is a door to one service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import parsers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import users
from accounts.actors import Actor
from accounts.api.permissions import HasScope, actor
from accounts.models import User
from accounts.policies import owner_seen_by
from avatars import listing, services, uploads
from avatars.api import serializers
from avatars.models import Picture
from avatars.services import Standing
from imagehub.api.idempotency import CreateOnce
from imagehub.api.schema import refusals
from imagehub.api.throttling import Quota
from imagehub.api.validation import Fields, validated
from imagehub.images.pipeline.sanitise import Clean
from imagehub.lib.errors import Invalid, PictureNotFound

SCOPE = "pictures"
DEFAULTS_QUOTA = Quota("defaultpictures", 30, 60)
_NOT_FOUND = {"USER_NOT_FOUND", "PICTURE_NOT_FOUND"}


@dataclass(frozen=True)
class Upload:
    """A judged picture and what its sender wants done with it."""

    clean: Clean
    owner: User
    standing: Standing
    socket_id: str | None


class CreatePicture(CreateOnce[Upload]):
    """Uploads a picture."""

    permission_classes = [HasScope]
    parser_classes = [parsers.MultiPartParser]
    scope = SCOPE

    @extend_schema(
        operation_id="create_picture",
        request={"multipart/form-data": serializers.UploadSerializer},
        responses={201: serializers.PictureMessageSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 429, 503)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Keep a JPEG, PNG or WebP of at most 5 MB as one of a user's pictures."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Upload:
        """Find out for whom, then judge the file."""
        fields = validated(serializers.UploadSerializer, request.data)
        owner = _owner_named(fields["userId"], actor(request))
        clean = uploads.judge_file(fields["file"])
        standing = Standing.ACTIVE if fields["setActive"] else Standing.SPARE
        return Upload(clean, owner, standing, fields["socketId"])

    def create(self, request: Request, prepared: Upload, **_kwargs: Any) -> Response:
        """Keep the judged picture."""
        picture = services.add(
            prepared.clean,
            owner=prepared.owner,
            by=actor(request),
            standing=prepared.standing,
            socket_id=prepared.socket_id,
        )
        return _created(_("Picture created."), picture)


class CreateDefaultPicture(CreateOnce[Fields]):
    """Gives a user without pictures the default one; anybody may ask for it."""

    permission_classes = [AllowAny]
    throttle_quota = DEFAULTS_QUOTA

    @extend_schema(
        operation_id="create_default_picture",
        auth=[],
        request=serializers.DefaultSerializer,
        responses={
            201: serializers.PictureMessageSerializer,
            200: serializers.PictureMessageSerializer,
            **refusals(400, 401, 404, 409, 415, 429, 503),
        },
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Make sure that a user has a picture; whoever has some keeps them and the active one."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Fields:
        """Read the wish."""
        return validated(serializers.DefaultSerializer, _said(request))

    def create(self, request: Request, prepared: Fields, **kwargs: Any) -> Response:  # noqa: ARG002  # the mixin's signature
        """Hang the default picture where there is none."""
        owner = users.by_public_id(kwargs["user_id"])
        picture, is_new = services.create_default(
            owner, wish=prepared["customName"] or "", socket_id=prepared["socketId"]
        )
        answer = _created(_("Default picture created."), picture)
        return answer if is_new else Response(answer.data)


class UserPictures(APIView):
    """Lists the pictures of a user."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="get_user_pictures",
        responses={200: serializers.PictureSerializer(many=True), **refusals(401, 403, 404, 429, 503)},
    )
    def get(self, request: Request, user_id: str) -> Response:
        """Return all pictures of a user, newest first."""
        return Response(listing.pictures_of(owner_seen_by(actor(request), user_id)))


class ActivePicture(APIView):
    """Shows the picture that others see."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="get_active_picture",
        responses={200: serializers.PictureSerializer, **refusals(401, 403, 404, 429, 503)},
    )
    def get(self, request: Request, user_id: str) -> Response:  # noqa: ARG002  # any signed-in user may ask
        """Return the active picture of any user."""
        card = listing.active_picture_of(users.by_public_id(user_id))
        if card is None:
            raise PictureNotFound
        return Response(card)

    def extend_refusal(self, body: dict[str, object]) -> None:
        """Add the field in which clients of the older service look for the sentence."""
        if body["code"] in _NOT_FOUND:
            body["message"] = _("No active picture was found.")


class SetActivePicture(APIView):
    """Chooses the picture that others see."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="set_active_picture",
        request=serializers.SocketSerializer,
        responses={200: serializers.PictureMessageSerializer, **refusals(400, 401, 403, 404, 415, 429, 503)},
    )
    def put(self, request: Request, picture_id: str, user_id: str) -> Response:
        """Make a picture of a user the active one."""
        by = actor(request)
        owner = owner_seen_by(by, user_id)
        picture = services.activate(picture_id, owner=owner, by=by, socket_id=_socket_id(request))
        return Response(
            {"message": _("This is the active picture now."), "picture": listing.card(picture, picture.owner)}
        )


class DeletePicture(APIView):
    """Removes one picture."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="delete_picture",
        responses={200: serializers.MessageSerializer, **refusals(400, 401, 403, 404, 415, 429, 503)},
    )
    def delete(self, request: Request, picture_id: str, file_name: str, user_id: str) -> Response:
        """Remove the picture on which id, file name and user agree."""
        by = actor(request)
        owner = owner_seen_by(by, user_id)
        services.delete(picture_id, file_name, owner=owner, by=by, socket_id=_socket_id(request))
        return Response({"message": _("Picture deleted.")})


class DeleteUserPictures(APIView):
    """Removes all pictures of a user."""

    permission_classes = [HasScope]
    scope = SCOPE

    @extend_schema(
        operation_id="delete_user_pictures",
        responses={200: serializers.MessageSerializer, **refusals(400, 401, 403, 404, 415, 429, 503)},
    )
    def delete(self, request: Request, user_id: str) -> Response:
        """Remove all pictures of a user with their files and folder; the account stays."""
        by = actor(request)
        owner = owner_seen_by(by, user_id)
        services.clear(owner=owner, by=by, socket_id=_socket_id(request))
        return Response({"message": _("The folder of user %(user_id)s was deleted.") % {"user_id": owner.public_id}})


def _owner_named(user_id: str, by: Actor) -> User:
    if user_id:
        return owner_seen_by(by, user_id)
    if isinstance(by, User):
        return by
    raise Invalid(details={"userId": [_("Say whose picture this is.")]})


def _said(request: Request) -> object:
    """Return what the caller says in the body, or behind the question mark where the body is silent."""
    if not isinstance(request.data, Mapping):
        return request.data
    body = request.data.dict() if isinstance(request.data, QueryDict) else request.data
    return {**request.query_params.dict(), **body}


def _socket_id(request: Request) -> str | None:
    return cast("str | None", validated(serializers.SocketSerializer, _said(request))["socketId"])


def _created(message: str, picture: Picture) -> Response:
    card = listing.card(picture, picture.owner)
    return Response({"message": message, "picture": card}, status=201, headers={"Location": card["url"]})
