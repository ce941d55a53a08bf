"""The OpenAPI document: what every operation shares is added here, so that views name only their own."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from imagehub.api.idempotency import HEADER, REPLAYED, CreateOnce

MEANINGS = {
    400: "The request can't be read, or some of its values are not valid.",
    401: "Nobody, or a credential that does not hold.",
    403: "Known, and not allowed.",
    404: "No such thing, as far as the caller may know.",
    406: "No form of the answer is accepted by the caller.",
    409: "The present state, or an earlier use of the idempotency key, does not allow this.",
    410: "The link has expired.",
    413: "More bytes or pixels than are taken here.",
    415: "A body or a picture of a kind that is not taken here.",
    416: "No such part of the file.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "A fault of ours.",
    503: "A part that we depend on does not answer; `Retry-After` says when to try again.",
}
_ALWAYS = (406, 429, 500, 503)
_WITH_A_BODY = (400, 413, 415)
_PRIVATE = (401, 403)


class RefusalSerializer(serializers.Serializer[dict[str, Any]]):
    """What every refusal looks like."""

    error = serializers.CharField(help_text="A sentence in the caller's language.")
    code = serializers.CharField(help_text="The same in every language, such as `VALIDATION_ERROR`.")
    details = serializers.DictField(allow_null=True, help_text="Facts, such as the messages of each field.")


class PaginationSerializer(serializers.Serializer[Any]):
    """Where in a list a page of it lies; `total` and `pages` are exact."""

    page = serializers.IntegerField()
    limit = serializers.IntegerField()
    total = serializers.IntegerField()
    pages = serializers.IntegerField()


def refusals(*statuses: int) -> dict[int, OpenApiResponse]:
    """Return the `responses` of `@extend_schema` for the refusals that an operation can give."""
    return {status: OpenApiResponse(RefusalSerializer, MEANINGS[status]) for status in statuses}


class Schema(AutoSchema):
    """Describes an operation, with the refusals, limits and headers that all of them share."""

    def get_override_parameters(self) -> list[Any]:
        """Add the headers of every answer, and the idempotency key where it is read."""
        return [*_HEADERS, *(_REPEATABLE if self._is_repeatable() else ())]

    def get_tags(self) -> list[str]:
        """Group operations by what they are about, not by the prefix that they share."""
        return [part for part in self.path.split("/") if part not in ("", "api", "v1")][:1]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = dict(super()._get_response_bodies(direction))
        for status, response in refusals(*self._shared()).items():
            if str(status) not in bodies:
                bodies[str(status)] = self._get_response_for_code(response, str(status), None, direction)  # type: ignore[no-untyped-call]  # carries no types here
        return dict(sorted(bodies.items()))

    def _shared(self) -> set[int]:
        statuses = set(_ALWAYS)
        if self._takes_credentials():
            statuses.update(_PRIVATE)
        if self.method in {"POST", "PUT", "PATCH", "DELETE"}:
            statuses.update(_WITH_A_BODY)
        if self.method == "GET" and self.get_override_parameters() != _HEADERS:
            statuses.add(400)
        if "{" in self.path:
            statuses.add(404)
        return statuses | ({409} if self._is_repeatable() else set())

    def _takes_credentials(self) -> bool:
        return bool(self.view.get_authenticators())

    def _is_repeatable(self) -> bool:
        return self.method == "POST" and isinstance(self.view, CreateOnce)


def _header(name: str, description: str, *statuses: int) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, "header", description=description, response=list(statuses) or True)


_HEADERS: list[OpenApiParameter] = [
    _header("X-Request-ID", "The caller's name for the request, or ours."),
    _header("RateLimit-Policy", 'The quota that counts: `"name";q=requests;w=seconds`.'),
    _header("RateLimit", 'What is left of it: `"name";r=requests;t=seconds`.'),
    _header("Retry-After", "Seconds after which another try makes sense.", 429, 503),
    _header("WWW-Authenticate", "How to say who is asking.", 401),
]
_REPEATABLE: list[OpenApiParameter] = [
    OpenApiParameter(
        HEADER,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="1 to 255 visible characters; the same request with the same key has the first answer for 24 h.",
    ),
    _header(REPLAYED, "`true` when this is the first answer again.", 200, 201),
]
