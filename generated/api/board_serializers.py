"""What callers send about boards and links to them, and how answers look in the document."""

from typing import Any

from rest_framework import serializers

from generated.api.serializers import ImageSerializer, OwnerSerializer
from generated.services.boards import MOST_PINS
from imagehub.images.sharing.serializers import POLICIES, NameSerializer


class BoardDraftSerializer(OwnerSerializer, NameSerializer):
    """A new board."""


class ImagesSerializer(serializers.Serializer[Any]):
    """Images of the library that the board belongs to."""

    images = serializers.ListField(child=serializers.CharField(max_length=64), max_length=MOST_PINS)


class BoardSerializer(serializers.Serializer[Any]):
    """A board, as `generated.boards` spells it; here and below for the document only."""

    id = serializers.CharField()
    user_id = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="images outside the recycle bin")
    cover_url = serializers.URLField(allow_null=True, help_text="signed; it expires")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class BoardsSerializer(serializers.Serializer[Any]):
    """All boards of a library, the one that changed last first."""

    boards = BoardSerializer(many=True)


class WholeBoardSerializer(BoardSerializer):
    """A board with its images in order."""

    images = ImageSerializer(many=True)


class LinkSerializer(serializers.Serializer[Any]):
    """A link to a board."""

    id = serializers.CharField()
    recipient = serializers.CharField()
    has_password = serializers.BooleanField()
    policy = serializers.ChoiceField(choices=POLICIES)
    opened_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    is_open = serializers.BooleanField(help_text="whether it leads somewhere still")


class LinksSerializer(serializers.Serializer[Any]):
    """All links to a board that were not taken back, newest first."""

    links = LinkSerializer(many=True)


class NewLinkSerializer(LinkSerializer):
    """A new link."""

    url = serializers.URLField(help_text="said once: only a digest of it is kept")
