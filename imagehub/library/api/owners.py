"""Whose library is meant where none is named."""

from typing import TYPE_CHECKING, cast

from rest_framework.request import Request

from imagehub.editor.policies import person

if TYPE_CHECKING:
    from django.db.models import Model  # a name only: whose library


def owner_of(request: Request) -> "Model":
    """Return who asks; Forbidden for a service, which has nothing of its own."""
    person(request.user)
    return cast("Model", request.user)
