"""The shapes in which webhooks travel."""

from typing import Any

import orjson
from rest_framework import serializers

from imagehub.webhooks.models import LONGEST_DESCRIPTION, LONGEST_URL, Attempt, Delivery, Ending, Endpoint, State
from imagehub.webhooks.services import KINDS, SUBJECTS, Draft, Hearing

LONGEST_LIST = 100


def _events(**options: Any) -> serializers.ListField:
    choice = serializers.ChoiceField(choices=[*SUBJECTS, *KINDS])
    return serializers.ListField(child=choice, max_length=len(KINDS) + len(SUBJECTS), **options)


class WebhookDraftSerializer(serializers.Serializer[Any]):
    """A wish for a webhook."""

    url = serializers.CharField(max_length=LONGEST_URL)
    events = _events(default=list, help_text="Kinds of events, or all of a subject (`picture.*`); none: all.")
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, default="", allow_blank=True)
    hears = serializers.ChoiceField(
        choices=[one.value for one in Hearing], default=Hearing.ONESELF.value, help_text="`everybody` is for staff."
    )

    def draft(self) -> Draft:
        """Return the wish as the service takes it."""
        said = self.validated_data
        return Draft(said["url"], tuple(said["events"]), said["description"], Hearing(said["hears"]))


class WebhookChangeSerializer(serializers.Serializer[Any]):
    """What may be changed of a webhook."""

    url = serializers.CharField(max_length=LONGEST_URL, required=False)
    events = _events(required=False)
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, required=False, allow_blank=True)
    isEnabled = serializers.BooleanField(required=False)  # noqa: N815  # the clients' spelling


class WebhookSerializer(serializers.ModelSerializer[Endpoint]):
    """A webhook as its owner sees it; never its secret."""

    id = serializers.CharField(source="public_id", read_only=True)
    events = serializers.ListField(child=serializers.CharField(), read_only=True)
    hears = serializers.SerializerMethodField()
    isEnabled = serializers.SerializerMethodField()  # noqa: N815  # the clients' spelling
    ending = serializers.ChoiceField(choices=Ending.choices, read_only=True, allow_null=True)
    endedAt = serializers.DateTimeField(source="ended_at", read_only=True, allow_null=True)  # noqa: N815  # likewise
    restingUntil = serializers.DateTimeField(source="resting_until", read_only=True, allow_null=True)  # noqa: N815  # likewise
    lastSuccessAt = serializers.DateTimeField(source="last_success_at", read_only=True, allow_null=True)  # noqa: N815  # likewise
    createdAt = serializers.DateTimeField(source="created_at", read_only=True)  # noqa: N815  # likewise

    class Meta:
        model = Endpoint
        fields = (
            *("id", "url", "description", "events", "hears", "isEnabled", "ending"),
            *("endedAt", "restingUntil", "lastSuccessAt", "createdAt"),
        )

    def get_hears(self, endpoint: Endpoint) -> str:
        """Say of whom it hears."""
        return str((Hearing.EVERYBODY if endpoint.owner_id is None else Hearing.ONESELF).value)

    def get_isEnabled(self, endpoint: Endpoint) -> bool:  # noqa: N802  # named after its field
        """Tell whether anything is sent to it."""
        return not endpoint.ending

    def to_representation(self, instance: Endpoint) -> dict[str, Any]:
        """Say null where nothing has ended."""
        return {**super().to_representation(instance), "ending": instance.ending or None}


class NewWebhookSerializer(WebhookSerializer):
    """A webhook with a secret that was just made; the only answers that show `secret`."""

    secret = serializers.CharField(read_only=True)

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")  # type: ignore[assignment]  # the stubs want its length fixed


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One try: the status that was answered, or one word for why none was, and the same for people."""

    message = serializers.CharField(source="sentence", read_only=True)

    class Meta:
        model = Attempt
        fields = ("at", "status", "reason", "message", "milliseconds")


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """A message and how far it is."""

    id = serializers.CharField(source="message_id", read_only=True)
    type = serializers.CharField(source="kind", read_only=True)
    nextAt = serializers.DateTimeField(source="next_at", read_only=True, allow_null=True)  # noqa: N815  # the clients' spelling
    createdAt = serializers.DateTimeField(source="created_at", read_only=True)  # noqa: N815  # likewise
    endedAt = serializers.DateTimeField(source="ended_at", read_only=True, allow_null=True)  # noqa: N815  # likewise
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta:
        model = Delivery
        fields = ("id", "type", "state", "tries", "nextAt", "createdAt", "endedAt", "attempts")

    def to_representation(self, instance: Delivery) -> dict[str, Any]:
        """Say null where nothing comes next."""
        told = super().to_representation(instance)
        return told if instance.state == State.PENDING else {**told, "nextAt": None}


class WholeDeliverySerializer(DeliverySerializer):
    """The same with what is sent."""

    body = serializers.SerializerMethodField()

    class Meta(DeliverySerializer.Meta):
        fields = (*DeliverySerializer.Meta.fields, "body")  # type: ignore[assignment]  # likewise

    def get_body(self, delivery: Delivery) -> dict[str, Any]:
        """Return the message."""
        return dict(orjson.loads(delivery.body))


class DeliveriesQuestionSerializer(serializers.Serializer[Any]):
    """Which messages, and where to go on."""

    state = serializers.ChoiceField(choices=State.choices, required=False)
    cursor = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=LONGEST_LIST, default=50)


class DeliveriesSerializer(serializers.Serializer[Any]):
    """Messages, the newest first; `next` is the cursor of what follows."""

    items = DeliverySerializer(many=True)
    next = serializers.CharField(allow_null=True)


class ReplayFailedSerializer(serializers.Serializer[Any]):
    """From when on."""

    since = serializers.DateTimeField()


class ReplayedSerializer(serializers.Serializer[Any]):
    """How many messages are sent again."""

    replayed = serializers.IntegerField()
