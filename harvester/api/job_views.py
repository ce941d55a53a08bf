"""The routes of jobs; each is a door to one service or one list."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from harvester import listing
from harvester.api import answers, serializers
from harvester.api.doors import BeginningDoor, Door, begun, requester
from harvester.models import ItemState, JobQuerySet
from harvester.policies import job_seen_by, jobs_seen_by
from harvester.services import jobs
from imagehub.api.schema import refusals
from imagehub.api.validation import Fields, validated

_REFUSED = refusals(400, 401, 403, 404, 429, 503)
_CANCELLED = {200: answers.CancelledSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 429, 503)}


class Jobs(Door):
    """Jobs: staff sees all, a key its own."""

    @extend_schema(
        operation_id="list_jobs",
        parameters=[serializers.JobsQuerySerializer],
        responses={200: answers.JobsSerializer, **_REFUSED},
    )
    def get(self, request: Request) -> Response:
        """Return a page of jobs, newest first."""
        asked = validated(serializers.JobsQuerySerializer, request.query_params)
        found = _chosen(jobs_seen_by(requester(request)), asked)
        return Response(listing.page_of(found, page=asked["page"], page_size=asked["page_size"]))


class OneJob(Door):
    """A job."""

    @extend_schema(operation_id="get_job", responses={200: answers.JobSerializer, **_REFUSED})
    def get(self, request: Request, job_id: str) -> Response:
        """Return a job as it stands."""
        return Response(listing.card(job_seen_by(requester(request), job_id)))

    @extend_schema(operation_id="delete_job", responses=_CANCELLED)
    def delete(self, request: Request, job_id: str) -> Response:
        """Call a job off; the same as `cancel` without a reason. What was harvested stays."""
        return _cancelled(request, job_id, "")


class CancelJob(Door):
    """The end of a job before its time."""

    @extend_schema(operation_id="cancel_job", request=serializers.CancelSerializer, responses=_CANCELLED)
    def post(self, request: Request, job_id: str) -> Response:
        """Call a job off: nothing more is fetched from now on, and what was harvested stays."""
        return _cancelled(request, job_id, validated(serializers.CancelSerializer, request.data)["reason"])


class RetryJob(BeginningDoor[str]):
    """Another try of what failed."""

    @extend_schema(
        operation_id="retry_job",
        request=None,
        responses={200: answers.JobSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 429, 503)},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Begin a job of those images alone that failed in this one."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **kwargs: Any) -> str:  # noqa: ARG002  # the address says it all
        """Return which job."""
        return str(kwargs["job_id"])

    def create(self, request: Request, prepared: str, **_kwargs: Any) -> Response:
        """Begin it."""
        return begun(jobs.retry(prepared, by=requester(request)))


class JobErrors(Door):
    """What went wrong in a job."""

    @extend_schema(
        operation_id="list_job_errors",
        parameters=[serializers.PartQuerySerializer],
        responses={200: answers.FaultsSerializer, **_REFUSED},
    )
    def get(self, request: Request, job_id: str) -> Response:
        """Return the errors of a job, address by address; `limit` counts documents that have any."""
        asked = validated(serializers.PartQuerySerializer, request.query_params)
        job = job_seen_by(requester(request), job_id)
        errors, rest = listing.errors_of(job, after=asked["cursor"], limit=asked["limit"])
        return Response({"errors": errors, "next": rest})


class JobItems(Door):
    """The documents of a job."""

    @extend_schema(
        operation_id="list_job_items",
        parameters=[serializers.ItemsQuerySerializer],
        responses={200: answers.ItemsSerializer, **_REFUSED},
    )
    def get(self, request: Request, job_id: str) -> Response:
        """Return the documents of a job, and what became of the addresses of each."""
        asked = validated(serializers.ItemsQuerySerializer, request.query_params)
        job = job_seen_by(requester(request), job_id)
        status = ItemState(asked["status"]) if asked["status"] else None
        items, rest = listing.items_of(job, status=status, after=asked["cursor"], limit=asked["limit"])
        return Response({"items": items, "next": rest})


def _chosen(found: JobQuerySet, asked: Fields) -> JobQuerySet:
    """Return the jobs that fit what is asked for; what is not asked for lets all through."""
    columns = {"status": "status", "job_type": "kind", "database": "database", "collection": "collection"}
    return found.filter(**{column: asked[name] for name, column in columns.items() if asked[name]})


def _cancelled(request: Request, job_id: str, reason: str) -> Response:
    job = jobs.cancel(job_id, reason, by=requester(request))
    return Response({"message": _("Job cancelled."), "data": {"job_id": job.public_id, "status": job.status}})
