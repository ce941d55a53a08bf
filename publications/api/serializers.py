"""What callers send about publications, and how answers look in the document."""
# ruff: noqa: N815 - the names are those of the API's clients

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from imagehub.api.schema import PaginationSerializer
from imagehub.images.imports import LONGEST_ADDRESS
from publications.models import LONGEST_ALT_TEXT, LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_PHOTOS

LARGEST_PAGE = 100
LAST_PAGE = 10**9
_LONGEST_ID = 64


class Words(serializers.CharField):
    """What a person wrote, as they wrote it: it is cleaned and measured where it is kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False, **options)


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": LONGEST_TITLE})
class Title(Words):
    """One line that is not empty."""


@extend_schema_field({"type": "string", "maxLength": LONGEST_DESCRIPTION})
class Description(Words):
    """Any number of lines."""


@extend_schema_field({"type": "string", "maxLength": LONGEST_ALT_TEXT})
class AltText(Words):
    """What a photo shows, on one line."""


@extend_schema_field({"type": "boolean"})
class Untrusted(serializers.Field[None, Any, None, Any]):
    """Something that clients say and that decides nothing."""

    def to_internal_value(self, _data: Any) -> None:
        """Hear it and forget it."""


class QuerySerializer(serializers.Serializer[Any]):
    """Which publications, and which page of them."""

    owner = serializers.CharField(
        required=False, allow_blank=True, max_length=_LONGEST_ID, help_text="The id of a user."
    )
    page = serializers.IntegerField(min_value=1, max_value=LAST_PAGE, default=1)
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=20)


class DraftSerializer(serializers.Serializer[Any]):
    """A new publication. Staff and services may put it up for somebody else."""

    title = Title()
    description = Description(default="")
    ownerId = serializers.CharField(required=False, allow_blank=True, max_length=_LONGEST_ID, default="")


class ChangesSerializer(serializers.Serializer[Any]):
    """What is to be otherwise; what is left out stays."""

    title = Title(required=False)
    description = Description(required=False)


class PhotoSerializer(serializers.Serializer[Any]):
    """A new photo: one file. The plan of the account decides how many there can be, not `isPremium`."""

    image = serializers.FileField(allow_empty_file=True, max_length=None)
    isPremium = Untrusted(required=False, allow_null=True)
    altText = AltText(default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take exactly one file."""
        # A request without a body arrives as a plain dictionary, in which there is no file.
        parts = self.initial_data.getlist("image") if isinstance(self.initial_data, QueryDict) else []
        if len(parts) != 1:
            raise serializers.ValidationError({"image": [_("Send exactly one file.")]})
        return attrs


class AddressSerializer(serializers.Serializer[Any]):
    """A new photo that lies somewhere on the web."""

    url = serializers.CharField(max_length=LONGEST_ADDRESS)
    isPremium = Untrusted(required=False, allow_null=True)
    altText = AltText(default="")


class OrderSerializer(serializers.Serializer[Any]):
    """The ids of all photos in their new order."""

    images = serializers.ListField(child=serializers.CharField(max_length=_LONGEST_ID), max_length=MOST_PHOTOS)


class AltTextSerializer(serializers.Serializer[Any]):
    """What a photo shows."""

    altText = AltText()


class PublicationSerializer(serializers.Serializer[Any]):
    """A publication, as `publications.listing` spells it; from here on for the document only."""

    id = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    ownerId = serializers.CharField()
    imageCount = serializers.IntegerField()
    images = serializers.ListField(child=serializers.URLField())
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()


class PublicationsSerializer(serializers.Serializer[Any]):
    """Some publications, newest first."""

    publications = PublicationSerializer(many=True)
    pagination = PaginationSerializer()


class ItemSerializer(serializers.Serializer[Any]):
    """A photo."""

    id = serializers.CharField()
    imageUri = serializers.URLField(help_text="Anybody may see the photo here, as long as it lives.")
    altText = serializers.CharField()
    position = serializers.IntegerField(help_text="From 0, which is the cover.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField(help_text="bytes")
    contentType = serializers.CharField()
    createdAt = serializers.DateTimeField()


class ImagesSerializer(serializers.Serializer[Any]):
    """The photos of a publication in their order."""

    publicationId = serializers.CharField()
    images = serializers.ListField(child=serializers.URLField())
    totalImages = serializers.IntegerField()
    items = ItemSerializer(many=True)


class AddedSerializer(serializers.Serializer[Any]):
    """The new photo, and how many there are with it."""

    message = serializers.CharField()
    imageUri = serializers.URLField()
    publicationId = serializers.CharField()
    totalImages = serializers.IntegerField()
    image = ItemSerializer()


class RemovedSerializer(serializers.Serializer[Any]):
    """How many photos are left."""

    message = serializers.CharField()
    publicationId = serializers.CharField()
    remainingImages = serializers.IntegerField()


class ClearedSerializer(serializers.Serializer[Any]):
    """A sentence for the person at the other end."""

    message = serializers.CharField()
    publicationId = serializers.CharField()
