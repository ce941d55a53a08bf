"""What all routes of the harvester share."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from django.utils.encoding import iri_to_uri
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import HasScope, actor
from harvester import listing
from harvester.models import Job
from harvester.policies import Requester, require_may_harvest
from imagehub.api.callers import caller_of
from imagehub.api.idempotency import CreateOnce
from imagehub.api.parsers import JsonParser
from imagehub.lib import origin

T = TypeVar("T")

SCOPE = "harvest"


def requester(request: Request) -> Requester:
    """Return who asks."""
    return Requester(actor(request), caller_of(request))


class MayHarvest(HasScope):
    """Holders of a key with the scope, and staff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse strangers with 401, everybody else with 403."""
        if super().has_permission(request, view):
            require_may_harvest(requester(request))
        return True


class AsItIs(BaseContentNegotiation):
    """Sends what there is, whatever the caller would rather have: a picture has one form."""

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002  # DRF's signature
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002  # likewise
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer, which words refusals."""
        first = next(iter(renderers))
        return first, first.media_type


class Door(APIView):
    """A route."""

    permission_classes = [MayHarvest]
    parser_classes = [JsonParser]
    scope = SCOPE


class BeginningDoor(CreateOnce[T], Generic[T]):
    """A route that begins a harvest, once for each idempotency key."""

    permission_classes = [MayHarvest]
    parser_classes = [JsonParser]
    scope = SCOPE


def begun(job: Job) -> Response:
    """Return the answer about a job that was just made."""
    location = iri_to_uri(origin.absolute(f"/api/v1/jobs/{job.public_id}"))
    return Response(listing.card(job), headers={"Location": location})
