"""One's own API keys."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import keys, services
from accounts.api import serializers
from accounts.api.permissions import HasScope, person
from accounts.models import ApiKey
from accounts.services import KeyDraft
from imagehub.api.idempotency import CreateOnce, key_of
from imagehub.api.schema import refusals


class ApiKeys(CreateOnce[KeyDraft]):
    """The caller's keys; not open to API keys themselves.

    A kept answer must not hold the key, so it is worked out again from the idempotency key on a repeat.
    """

    permission_classes = [HasScope]
    secret = ""

    @extend_schema(
        operation_id="my_api_keys", responses={200: serializers.KeySerializer(many=True), **refusals(401, 403, 429)}
    )
    def get(self, request: Request) -> Response:
        """Return the caller's keys that were not revoked, newest first."""
        mine = ApiKey.objects.filter(owner=person(request), revoked_at=None).order_by("-id")
        return Response(serializers.KeySerializer(mine, many=True).data)

    @extend_schema(
        operation_id="create_api_key",
        request=serializers.KeyDraftSerializer,
        responses={201: serializers.NewKeySerializer, **refusals(400, 401, 403, 409, 429)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Make a key; `key` is shown in this answer only."""
        repeated = key_of(request)
        self.secret = keys.derived(person(request).public_id, repeated) if repeated else keys.fresh()
        response = super().post(request, **kwargs)
        response.data = {**cast("dict[str, Any]", response.data), "key": self.secret}
        response["Cache-Control"] = "no-store"
        return response

    def prepare(self, request: Request, **kwargs: Any) -> KeyDraft:  # noqa: ARG002  # the mixin's signature
        """Read the wish."""
        body = serializers.KeyDraftSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return body.draft()

    def create(self, request: Request, prepared: KeyDraft, **kwargs: Any) -> Response:  # noqa: ARG002  # likewise
        """Make the key."""
        made = services.create_key(person(request), prepared, by=person(request), secret=self.secret)
        return Response(serializers.KeySerializer(made.row).data, status=status.HTTP_201_CREATED)


class OneApiKey(APIView):
    """One of the caller's keys."""

    permission_classes = [HasScope]

    @extend_schema(operation_id="revoke_api_key", responses={204: None, **refusals(401, 403, 404, 429)})
    def delete(self, request: Request, key_id: str) -> Response:
        """End a key for good."""
        services.revoke_key(key_id, by=person(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
