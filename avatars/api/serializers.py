"""What callers send about pictures, and how answers look in the document."""
# ruff: noqa: N815 - the names are those of the API's clients

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers

LONGEST_SOCKET_ID = 255


class SocketSerializer(serializers.Serializer[Any]):
    """The caller's name for its own socket; it comes back in the news, so that the caller knows its own deeds."""

    socketId = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=LONGEST_SOCKET_ID, default=None
    )


class UploadSerializer(SocketSerializer):
    """A new picture: one file, in the field `file` or `image`."""

    file = serializers.FileField(required=False, allow_empty_file=True, max_length=None)
    image = serializers.FileField(required=False, allow_empty_file=True, max_length=None)
    userId = serializers.CharField(required=False, allow_blank=True, max_length=64, default="")
    setActive = serializers.BooleanField(default=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take exactly one file, whichever of the two names it came under."""
        files = [part for name in ("file", "image") for part in self._sent(name)]
        if len(files) != 1:
            raise serializers.ValidationError({"file": [_("Send exactly one file.")]})
        return {**attrs, "file": files[0]}

    def _sent(self, name: str) -> list[Any]:
        # A request without a body arrives as a plain dictionary.
        parts = self.initial_data.getlist(name) if isinstance(self.initial_data, QueryDict) else []
        return [part for part in parts if hasattr(part, "chunks")]


class DefaultSerializer(SocketSerializer):
    """The wish for a file name; it is cleaned."""

    customName = serializers.CharField(required=False, allow_blank=True, allow_null=True, default="")


class PictureSerializer(serializers.Serializer[Any]):
    """A picture, as `avatars.listing` spells it; here for the document only."""

    id = serializers.CharField()
    userId = serializers.CharField()
    fileName = serializers.CharField()
    url = serializers.URLField()
    isActive = serializers.BooleanField()
    isDefault = serializers.BooleanField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField(help_text="bytes")
    contentType = serializers.CharField()
    createdAt = serializers.DateTimeField()


class MessageSerializer(serializers.Serializer[Any]):
    """A sentence for the person at the other end."""

    message = serializers.CharField()


class PictureMessageSerializer(MessageSerializer):
    """A sentence, and the picture that it is about."""

    picture = PictureSerializer()
