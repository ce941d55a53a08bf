"""What callers send, in the terms of a serializer."""

from typing import Any, cast

from rest_framework.serializers import Serializer

Fields = dict[str, Any]


def validated(kind: type[Serializer[Any]], said: object) -> Fields:
    """Return what was said as the serializer reads it, or refuse it."""
    serializer = kind(data=said)
    serializer.is_valid(raise_exception=True)
    return cast("Fields", serializer.validated_data)
