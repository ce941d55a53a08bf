"""The OpenAPI document: what every operation shares is added here, so that views name only their own."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Describes an operation."""


def refusals(*statuses: int) -> dict[int, object]:
    """Return the `responses` of `@extend_schema` for refusals that are an operation's own."""
    from drf_spectacular.types import OpenApiTypes

    return dict.fromkeys(statuses, OpenApiTypes.OBJECT)
