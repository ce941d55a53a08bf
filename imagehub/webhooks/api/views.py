"""The routes of webhooks; each is a door to one service."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from imagehub.api.idempotency import CreateOnce, key_of
from imagehub.api.parsers import JsonParser
from imagehub.api.schema import refusals
from imagehub.api.validation import Fields, validated
from imagehub.lib import keyset
from imagehub.webhooks import policies, secrets, services
from imagehub.webhooks.api import serializers
from imagehub.webhooks.policies import Caller
from imagehub.webhooks.services import Draft

SCOPE = "events"


def _by(request: Request) -> Caller:
    return cast("Caller", request.user)


class Webhooks(CreateOnce[Draft]):
    """The caller's webhooks.

    A kept answer must not hold the secret, so it is worked out again from the idempotency key on a repeat.
    """

    scope = SCOPE
    parser_classes = [JsonParser]
    secret = ""

    @extend_schema(
        operation_id="list_webhooks",
        responses={200: serializers.WebhookSerializer(many=True), **refusals(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Return the caller's webhooks, the newest first; staff see those that hear of everybody too."""
        mine = policies.endpoints_of(_by(request)).order_by("-pk")
        return Response(serializers.WebhookSerializer(mine, many=True).data)

    @extend_schema(
        operation_id="create_webhook",
        request=serializers.WebhookDraftSerializer,
        responses={201: serializers.NewWebhookSerializer, **refusals(400, 401, 403, 409)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Have an address told what happens; `secret` is shown in this answer only."""
        repeated = key_of(request)
        self.secret = secrets.derived(_name(request), repeated) if repeated else secrets.fresh()
        response = super().post(request, **kwargs)
        return _shown_once({**cast("dict[str, Any]", response.data), "secret": self.secret}, response)

    def prepare(self, request: Request, **_kwargs: Any) -> Draft:
        """Read the wish, and judge it."""
        wish = serializers.WebhookDraftSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        draft = wish.draft()
        services.judge(draft, by=_by(request))
        return draft

    def create(self, request: Request, prepared: Draft, **_kwargs: Any) -> Response:
        """Make the webhook."""
        made = services.create_judged(prepared, by=_by(request), secret=self.secret).row
        location = f"/api/v1/webhooks/{made.public_id}"
        return Response(
            serializers.WebhookSerializer(made).data, status=status.HTTP_201_CREATED, headers={"Location": location}
        )


class OneWebhook(APIView):
    """One of them."""

    scope = SCOPE
    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="get_webhook", responses={200: serializers.WebhookSerializer, **refusals(401, 403, 404)}
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        """Return a webhook."""
        return Response(serializers.WebhookSerializer(policies.endpoint_of(_by(request), webhook_id)).data)

    @extend_schema(
        operation_id="change_webhook",
        request=serializers.WebhookChangeSerializer,
        responses={200: serializers.WebhookSerializer, **refusals(400, 401, 403, 404, 415)},
    )
    def patch(self, request: Request, webhook_id: str) -> Response:
        """Change where it leads, what it hears of, or whether it is on."""
        wanted: Fields = validated(serializers.WebhookChangeSerializer, request.data)
        is_enabled = wanted.pop("isEnabled", None)
        endpoint = services.change(webhook_id, wanted, by=_by(request))
        if is_enabled is not None:
            switch = services.switch_on if is_enabled else services.switch_off
            endpoint = switch(webhook_id, by=_by(request))
        return Response(serializers.WebhookSerializer(endpoint).data)

    @extend_schema(operation_id="delete_webhook", request=None, responses={204: None, **refusals(401, 403, 404)})
    def delete(self, request: Request, webhook_id: str) -> Response:
        """Let a webhook go, with its log."""
        services.remove(webhook_id, by=_by(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Secret(APIView):
    """The secret of a webhook."""

    scope = SCOPE

    @extend_schema(
        operation_id="rotate_webhook_secret",
        request=None,
        responses={200: serializers.NewWebhookSerializer, **refusals(401, 403, 404)},
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """Make another secret, shown in this answer only; for a day messages carry both signatures."""
        made = services.rotate(webhook_id, by=_by(request))
        return _shown_once({**serializers.WebhookSerializer(made.row).data, "secret": made.secret})


class Test(APIView):
    """A message that says nothing."""

    scope = SCOPE

    @extend_schema(
        operation_id="test_webhook",
        request=None,
        responses={202: serializers.DeliverySerializer, **refusals(401, 403, 404, 409)},
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """Send `webhook.test`, whatever the webhook hears of."""
        return _accepted(serializers.DeliverySerializer(services.test(webhook_id, by=_by(request))).data)


class Deliveries(APIView):
    """The log of a webhook."""

    scope = SCOPE

    @extend_schema(
        operation_id="list_webhook_deliveries",
        parameters=[serializers.DeliveriesQuestionSerializer],
        responses={200: serializers.DeliveriesSerializer, **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        """Return what was sent or is to be sent, with every try, for a month."""
        asked = validated(serializers.DeliveriesQuestionSerializer, request.query_params)
        log = policies.endpoint_of(_by(request), webhook_id).deliveries.order_by("-pk").prefetch_related("attempts")
        wanted = {"state": asked.get("state"), "pk__lt": asked.get("cursor")}
        found = log.filter(**{name: value for name, value in wanted.items() if value is not None})
        page = keyset.part(found, asked["limit"] + 1)
        shown = page[: asked["limit"]]
        following = str(shown[-1].pk) if len(page) > len(shown) else None
        return Response({"items": serializers.DeliverySerializer(shown, many=True).data, "next": following})


class OneDelivery(APIView):
    """One message."""

    scope = SCOPE

    @extend_schema(
        operation_id="get_webhook_delivery",
        responses={200: serializers.WholeDeliverySerializer, **refusals(401, 403, 404)},
    )
    def get(self, request: Request, webhook_id: str, message_id: str) -> Response:
        """Return a message with what it says."""
        delivery = policies.delivery_of(_by(request), webhook_id, message_id)
        return Response(serializers.WholeDeliverySerializer(delivery).data)


class Replay(APIView):
    """A message once more."""

    scope = SCOPE

    @extend_schema(
        operation_id="replay_webhook_delivery",
        request=None,
        responses={202: serializers.DeliverySerializer, **refusals(401, 403, 404, 409)},
    )
    def post(self, request: Request, webhook_id: str, message_id: str) -> Response:
        """Send a message again under its own id."""
        return _accepted(serializers.DeliverySerializer(services.replay(webhook_id, message_id, by=_by(request))).data)


class ReplayFailed(APIView):
    """All that failed, once more."""

    scope = SCOPE
    parser_classes = [JsonParser]

    @extend_schema(
        operation_id="replay_failed_webhook_deliveries",
        request=serializers.ReplayFailedSerializer,
        responses={202: serializers.ReplayedSerializer, **refusals(400, 401, 403, 404, 409, 415)},
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        """Send everything again that failed since a moment, each message under its own id."""
        since = validated(serializers.ReplayFailedSerializer, request.data)["since"]
        return _accepted({"replayed": services.replay_failed(webhook_id, since, by=_by(request))})


def _name(request: Request) -> str:
    return str(getattr(request.user, "public_id", ""))


def _shown_once(data: dict[str, Any], response: Response | None = None) -> Response:
    answer = response or Response()
    answer.data = data
    answer["Cache-Control"] = "no-store"
    return answer


def _accepted(data: Any) -> Response:
    return Response(data, status=status.HTTP_202_ACCEPTED)
