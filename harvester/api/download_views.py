"""The routes that begin a harvest, or tell what one would find."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from harvester import naming
from harvester.api import answers, serializers
from harvester.api.doors import BeginningDoor, Door, begun, requester
from harvester.drafts import Draft
from harvester.models import Kind
from harvester.services import jobs, previews
from harvester.sources import api, files
from harvester.sources.entries import Entry
from imagehub.api.schema import refusals
from imagehub.api.validation import Fields, validated

_BEGUN = {200: answers.JobSerializer, **refusals(400, 401, 403, 404, 409, 413, 415, 429, 503)}


@dataclass(frozen=True, slots=True)
class Counted:
    """A harvest that is wanted, and how many documents its source has for it.

    They are counted before the transaction in which the answer is kept: a slow source must hold no lock of ours.
    """

    draft: Draft
    documents: int

    @classmethod
    def of(cls, draft: Draft) -> "Counted":
        """Ask the source."""
        return cls(draft, jobs.count(draft))


class _Begin(BeginningDoor[Counted]):
    """A harvest of documents that stay where they are."""

    def create(self, request: Request, prepared: Counted, **_kwargs: Any) -> Response:
        """Begin it."""
        return begun(jobs.begin(prepared.draft, prepared.documents, by=requester(request)))


class DownloadCollection(_Begin):
    """A whole collection."""

    @extend_schema(operation_id="harvest_collection", request=serializers.PartSerializer, responses=_BEGUN)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Harvest the images of all documents of a collection; 404 when it has none."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **kwargs: Any) -> Counted:
        """Read how, and count."""
        said = validated(serializers.PartSerializer, request.data)
        return Counted.of(_draft(Kind.COLLECTION, {**said, **kwargs}))


class DownloadDocument(_Begin):
    """One document."""

    @extend_schema(operation_id="harvest_document", request=serializers.OptionsSerializer, responses=_BEGUN)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Harvest the images of one document."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **kwargs: Any) -> Counted:
        """Read how, and count."""
        said = validated(serializers.OptionsSerializer, request.data)
        return Counted.of(_draft(Kind.DOCUMENT, {**said, **kwargs}))


class DownloadBatch(_Begin):
    """Documents that a filter chooses."""

    @extend_schema(operation_id="harvest_batch", request=serializers.BatchSerializer, responses=_BEGUN)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Harvest the images of the documents that match a filter; 404 when none does."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Counted:
        """Read which and how, and count."""
        return Counted.of(_draft(Kind.BATCH, validated(serializers.BatchSerializer, request.data)))


@dataclass(frozen=True)
class Listing:
    """Documents that are named by the request itself, or by an answer to it."""

    draft: Draft
    entries: Sequence[Entry]


class _BeginListed(BeginningDoor[Listing]):
    """A harvest of documents that are not looked up again."""

    def create(self, request: Request, prepared: Listing, **_kwargs: Any) -> Response:
        """Begin it."""
        return begun(jobs.create_listed(prepared.draft, prepared.entries, by=requester(request)))


class DownloadFromApi(_BeginListed):
    """The documents of a JSON API."""

    @extend_schema(
        operation_id="harvest_api",
        parameters=[serializers.ApiSourceSerializer],
        request=serializers.OptionsSerializer,
        responses=_BEGUN,
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Harvest the images of the documents that a JSON API lists: `documents`, `data`, a list, or one object."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Listing:
        """Judge the wish, then ask the API."""
        asked = validated(serializers.ApiSourceSerializer, request.query_params)
        said = validated(serializers.OptionsSerializer, request.data)
        place = {"database": naming.API_DATABASE, "collection": asked["collection_name"]}
        remembered = {**said["metadata"], "source": asked["api_url"]}
        draft = _draft(Kind.SOURCE, {**said, **place, "metadata": remembered})
        jobs.judge(draft)
        return Listing(draft, list(api.entries(asked["api_url"], draft.fields)))


class DownloadFromFile(_BeginListed):
    """The documents of an uploaded file."""

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="harvest_file", request=serializers.FileSourceSerializer, responses=_BEGUN)
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Harvest the images of the documents in a file of JSON or NDJSON."""
        return super().post(request, **kwargs)

    def prepare(self, request: Request, **_kwargs: Any) -> Listing:
        """Judge the wish, then read the file: a transaction would hold others up for as long as that takes."""
        said = validated(serializers.FileSourceSerializer, request.data)
        place = {"database": naming.UPLOADS_DATABASE, "collection": said["collection_name"]}
        draft = _draft(Kind.SOURCE, {**said, **place, "metadata": {}})
        jobs.judge(draft)
        return Listing(draft, list(files.entries(said["file"], draft.fields)))


class Preview(Door):
    """What a batch would find."""

    @extend_schema(
        operation_id="preview_harvest",
        request=serializers.BatchSerializer,
        responses={200: answers.PreviewSerializer, **refusals(400, 401, 403, 404, 413, 415, 429, 503)},
    )
    def post(self, request: Request) -> Response:
        """Count and sample what a batch would harvest; nothing is fetched or kept."""
        draft = _draft(Kind.BATCH, validated(serializers.BatchSerializer, request.data))
        return Response(previews.preview(draft))


def _draft(kind: Kind, said: Fields) -> Draft:
    """Return what is wanted in the words of the services."""
    fields = {"fields": tuple(said["fields"])} if said.get("fields") else {}
    return Draft(
        kind=kind,
        database=said["database"],
        collection=said["collection"],
        document_id=said.get("document_id", ""),
        filter_query=said.get("filter", {}),
        limit=said.get("limit"),
        skip=said.get("skip", 0),
        processors=tuple(said["processors"]),
        metadata=said["metadata"],
        **fields,
    )
