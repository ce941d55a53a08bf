"""What callers send about generated images, and how answers look in the document."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generated import listing, reading
from generated.models import LONGEST_MODEL, LONGEST_PROMPT, Status
from imagehub.api.schema import PaginationSerializer
from imagehub.lib.text import cleaned
from imagehub.lib.words import words

Fields = dict[str, Any]
_LARGEST_PAGE = 10**9


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": LONGEST_PROMPT})
class PromptField(serializers.Field[str, Any, str, Any]):
    """What the image was asked for: text, cleaned."""

    def to_internal_value(self, data: Any) -> str:
        """Return 1 to 1000 characters."""
        if not isinstance(data, str):
            raise serializers.ValidationError(_("This has to be text."))
        prompt = cleaned(data)
        if not 1 <= len(prompt) <= LONGEST_PROMPT:
            raise serializers.ValidationError(_("Use 1 to %(most)d characters.") % {"most": LONGEST_PROMPT})
        return prompt


@extend_schema_field({"type": "string", "format": "byte"})
class Base64Field(serializers.Field[bytes, Any, str, Any]):
    """Bytes as strict base64."""

    def to_internal_value(self, data: Any) -> bytes:
        """Return the bytes."""
        try:
            return reading.decoded(data if isinstance(data, str) else "")
        except reading.NotBase64:
            sentence = _("This has to be base64: the usual alphabet, padded, without spaces or line ends.")
            raise serializers.ValidationError(sentence) from None


@extend_schema_field({"type": "object", "additionalProperties": {}})
class MetadataField(serializers.Field[Fields, Any, Fields, Any]):
    """An object with whatever its maker wants to keep."""

    def to_internal_value(self, data: Any) -> Fields:
        """Return the object when it is short enough."""
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("This has to be an object."))
        if len(reading.canonical(data)) > reading.LONGEST_METADATA:
            raise serializers.ValidationError(_("This is larger than 16 KB."))
        return data


class OwnerSerializer(serializers.Serializer[Any]):
    """Whose library; without it the caller's own."""

    user_id = serializers.CharField(required=False, max_length=64, default="", help_text="for staff and services")


class CreationSerializer(OwnerSerializer):
    """A new image."""

    prompt = PromptField()
    imageData = Base64Field()  # noqa: N815  # the name that the API's clients send
    metadata = MetadataField(required=False, default=dict)


class StatusSerializer(serializers.Serializer[Any]):
    """Another status."""

    status = serializers.ChoiceField(choices=Status.choices)


class QuestionSerializer(OwnerSerializer):
    """Which images of a library, in what order, and which part of the list."""

    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=_LARGEST_PAGE)
    limit = serializers.IntegerField(required=False, default=10, min_value=1, max_value=100)
    status = serializers.ChoiceField(
        required=False, choices=Status.choices, help_text="without it all but `deleted`", default=None
    )
    q = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text=f"whole words of the prompt, all of them, whatever case and accents; at most {listing.MOST_WORDS}",
    )
    model = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_MODEL, help_text="`metadata.model`"
    )
    created_after = serializers.DateTimeField(required=False, default=None, help_text="then or later")
    created_before = serializers.DateTimeField(required=False, default=None, help_text="earlier")
    sort = serializers.ChoiceField(
        required=False, choices=[order.value for order in listing.Sort], default=listing.Sort.NEWEST.value
    )

    def validate_q(self, value: str) -> tuple[str, ...]:
        """Return the words that are looked for."""
        found = tuple(words(value))
        if len(found) > listing.MOST_WORDS or (value.strip() and not found):
            raise serializers.ValidationError(_("Look for 1 to %(most)d words.") % {"most": listing.MOST_WORDS})
        return found


class ImageSerializer(serializers.Serializer[Any]):
    """An image, as `generated.listing` spells it; here for the document only."""

    image_id = serializers.CharField()
    user_id = serializers.CharField()
    prompt = serializers.CharField()
    image_url = serializers.URLField(help_text="signed; it expires, and asking again gives a fresh one")
    created_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=Status.choices)
    metadata = serializers.DictField()


class ImageAnswerSerializer(serializers.Serializer[Any]):
    """An answer about one image."""

    success = serializers.BooleanField()
    data = ImageSerializer()  # type: ignore[assignment]  # the contract's name


class ListSerializer(serializers.Serializer[Any]):
    """A part of a library."""

    images = ImageSerializer(many=True)
    pagination = PaginationSerializer()


class ListAnswerSerializer(serializers.Serializer[Any]):
    """An answer with a part of a library."""

    success = serializers.BooleanField()
    data = ListSerializer()  # type: ignore[assignment]  # the contract's name


class StepSerializer(serializers.Serializer[Any]):
    """One change of status."""

    before = serializers.ChoiceField(choices=Status.choices)
    after = serializers.ChoiceField(choices=Status.choices)
    by = serializers.CharField()
    at = serializers.DateTimeField()


class HistorySerializer(serializers.Serializer[Any]):
    """All changes of status."""

    history = StepSerializer(many=True)


class HistoryAnswerSerializer(serializers.Serializer[Any]):
    """An answer with all changes of status of an image."""

    success = serializers.BooleanField()
    data = HistorySerializer()  # type: ignore[assignment]  # the contract's name


class DoneSerializer(serializers.Serializer[Any]):
    """A sentence for the person at the other end."""

    success = serializers.BooleanField()
    message = serializers.CharField()


class HealthSerializer(DoneSerializer):
    """That the service answers, and when it did."""

    timestamp = serializers.DateTimeField()
