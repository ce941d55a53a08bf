"""The older image service's routes; each is a door to one service."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.api.permissions import HasScope, actor
from accounts.models import User
from accounts.policies import owner_seen_by
from generated import listing, policies, reading, services
from generated.api import serializers
from generated.limits import IMAGES
from generated.models import Status
from imagehub.api.idempotency import CreateOnce
from imagehub.api.parsers import JsonParser
from imagehub.api.schema import refusals
from imagehub.api.validation import Fields, validated
from imagehub.lib.errors import Invalid
from imagehub.lib.times import told

SCOPE = "images"


class PictureParser(JsonParser):
    """Reads JSON that may hold a picture of 10 MB in base64."""

    largest = 14 * 1024 * 1024


class _Door(APIView):
    """What all routes of this surface share."""

    permission_classes = [HasScope]
    parser_classes = [JsonParser]
    scope = SCOPE
    throttle_quota = IMAGES


@dataclass(frozen=True)
class Order:
    """A judged image and for whom it is."""

    draft: reading.Draft
    owner: User


class Images(CreateOnce[Order]):
    """A user's library."""

    permission_classes = [HasScope]
    parser_classes = [PictureParser]
    scope = SCOPE
    throttle_quota = IMAGES

    @extend_schema(
        operation_id="list_generated_images",
        parameters=[serializers.QuestionSerializer],
        responses={200: serializers.ListAnswerSerializer, **refusals(400, 401, 403, 404, 429, 503)},
    )
    def get(self, request: Request) -> Response:
        """Return a part of a library, newest first."""
        asked = validated(serializers.QuestionSerializer, request.query_params)
        owner = _owner_named(asked["user_id"], actor(request))
        page, limit = asked["page"], asked["limit"]
        found = listing.page_of(owner, _question(asked), page=page, limit=limit)
        pages = -(-found.total // limit)
        pagination = {"page": page, "limit": limit, "total": found.total, "pages": pages}
        return _done({"images": found.cards, "pagination": pagination})

    @extend_schema(
        operation_id="create_generated_image",
        request=serializers.CreationSerializer,
        responses={
            201: serializers.ImageAnswerSerializer,
            200: serializers.ImageAnswerSerializer,
            **refusals(400, 401, 403, 404, 409, 413, 415, 429, 503),
        },
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Keep a PNG of at most 10 MB; the same prompt, pixels and metadata again are the same image (200)."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Order:
        """Read the fields, find out for whom, then judge the picture."""
        fields = validated(serializers.CreationSerializer, request.data)
        owner = _owner_named(fields["user_id"], actor(request))
        return Order(reading.draft(fields["prompt"], fields["imageData"], fields["metadata"]), owner)

    def create(self, request: Request, prepared: Order, **_kwargs: Any) -> Response:
        """Keep the judged picture."""
        generated, is_new = services.generate(prepared.draft, owner=prepared.owner, by=actor(request))
        answer = _done(listing.card(generated))
        if is_new:
            answer.status_code = 201
            answer.headers["Location"] = f"/api/images/{generated.public_id}"
        return answer


class OneImage(_Door):
    """One image of a library."""

    @extend_schema(
        operation_id="get_generated_image",
        responses={200: serializers.ImageAnswerSerializer, **refusals(401, 403, 404, 429, 503)},
    )
    def get(self, request: Request, image_id: str) -> Response:
        """Return an image, with an address that holds for a while."""
        return _done(listing.card(policies.seen_by(actor(request), image_id)))

    @extend_schema(
        operation_id="delete_generated_image",
        responses={200: serializers.DoneSerializer, **refusals(400, 401, 403, 404, 415, 429, 503)},
    )
    def delete(self, request: Request, image_id: str) -> Response:
        """Remove an image for good: file, row and history."""
        services.delete(image_id, by=actor(request))
        return Response({"success": True, "message": _("Generated image deleted.")})


class ImageStatus(_Door):
    """What has become of an image."""

    @extend_schema(
        operation_id="change_generated_image_status",
        request=serializers.StatusSerializer,
        responses={200: serializers.ImageAnswerSerializer, **refusals(400, 401, 403, 404, 409, 415, 429, 503)},
    )
    def patch(self, request: Request, image_id: str) -> Response:
        """Give an image another status; `deleted` is the recycle bin, which only the status before leads out of."""
        status = Status(validated(serializers.StatusSerializer, request.data)["status"])
        return _done(listing.card(services.change_status(image_id, status, by=actor(request))))


class ImageHistory(_Door):
    """How an image came to its status."""

    @extend_schema(
        operation_id="get_generated_image_history",
        responses={200: serializers.HistoryAnswerSerializer, **refusals(401, 403, 404, 429, 503)},
    )
    def get(self, request: Request, image_id: str) -> Response:
        """Return who changed the status of an image when, the first change first."""
        return _done({"history": listing.history_of(policies.seen_by(actor(request), image_id))})


class Health(APIView):
    """Whether the service answers."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="generated_images_health", auth=[], responses={200: serializers.HealthSerializer, **refusals(401)}
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002  # anybody may ask
        """Say that the service answers."""
        moment = told(timezone.now())
        return Response({"success": True, "message": _("The image service is running."), "timestamp": moment})


def _done(data: object) -> Response:
    return Response({"success": True, "data": data})


def _owner_named(user_id: str, by: Actor) -> User:
    if user_id:
        return owner_seen_by(by, user_id)
    if isinstance(by, User):
        return by
    raise Invalid(details={"user_id": [_("Say whose images these are.")]})


def _question(asked: Fields) -> listing.Question:
    return listing.Question(
        status=Status(asked["status"]) if asked["status"] else None,
        words=asked["q"] or (),
        model=asked["model"],
        created_after=asked["created_after"],
        created_before=asked["created_before"],
        sort=listing.Sort(asked["sort"]),
    )
