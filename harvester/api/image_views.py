"""The routes of what was harvested: lists, and the files themselves."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from harvester import browsing, files
from harvester.api import answers, serializers
from harvester.api.doors import AsItIs, Door
from imagehub.api.schema import refusals
from imagehub.api.validation import validated
from imagehub.images.serving import Offer, answer
from imagehub.images.storage import ObjectMissing
from imagehub.lib.digests import sha256

_REFUSED = refusals(400, 401, 403, 404, 429, 503)
_TAGS = ["harvested"]  # beside `images`, which are those that a model made
_CACHING = "private, no-cache"  # ask whether it is still the same: a later harvest may replace it


class Databases(Door):
    """What was harvested."""

    @extend_schema(
        operation_id="list_harvested_databases", tags=_TAGS, responses={200: answers.DatabasesSerializer, **_REFUSED}
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002  # whoever may harvest sees all
        """Return the databases of which something was harvested."""
        return Response({"databases": browsing.databases()})


class Collections(Door):
    """A database of which something was harvested."""

    @extend_schema(
        operation_id="list_harvested_collections",
        tags=_TAGS,
        responses={200: answers.CollectionsSerializer, **_REFUSED},
    )
    def get(self, request: Request, database: str) -> Response:  # noqa: ARG002  # likewise
        """Return its collections of which something was harvested."""
        return Response({"database": database, "collections": browsing.collections(database)})


class Documents(Door):
    """A collection of which something was harvested."""

    @extend_schema(
        operation_id="list_harvested_documents",
        tags=_TAGS,
        parameters=[serializers.DocumentsQuerySerializer],
        responses={200: answers.DocumentsSerializer, **_REFUSED},
    )
    def get(self, request: Request, database: str, collection: str) -> Response:
        """Return its documents by folder, a part at a time."""
        asked = validated(serializers.DocumentsQuerySerializer, request.query_params)
        found, rest = browsing.documents(database, collection, after=asked["cursor"], limit=asked["limit"])
        return Response({"database": database, "collection": collection, "documents": found, "next": rest})


class OneDocument(Door):
    """A document of which images were harvested."""

    @extend_schema(
        operation_id="get_harvested_document", tags=_TAGS, responses={200: answers.WholeDocumentSerializer, **_REFUSED}
    )
    def get(self, request: Request, database: str, collection: str, document: str) -> Response:  # noqa: ARG002  # likewise
        """Return a document, named by its folder or its id, with its files."""
        return Response(browsing.whole(browsing.document(database, collection, document)))


class OneFile(Door):
    """A file."""

    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="get_harvested_file",
        tags=_TAGS,
        responses={
            (200, "image/*"): OpenApiTypes.BINARY,
            (200, "application/json"): OpenApiTypes.OBJECT,
            (206, "image/*"): OpenApiTypes.BINARY,
            (304, "image/*"): None,
            **refusals(400, 401, 403, 404, 416, 429, 503),
        },
    )
    def get(self, request: Request, **place: str) -> HttpResponseBase:
        """Send `original/img_001.jpg` as it was fetched, or `metadata.json`.

        `processed/{webp|thumbnail|optimized}/img_001.webp` is made when it is first asked for. `Range`,
        `If-None-Match` and `If-Modified-Since` are honoured.
        """
        document = browsing.document(place["database"], place["collection"], place["document"])
        if place["file"] == files.METADATA:
            return _metadata(request._request, files.metadata_of(document))  # noqa: SLF001  # Django's own helpers take Django's requests
        try:
            return _sent(request, files.found(document, place["file"]))
        except ObjectMissing:
            return _sent(request, files.found_again(document, place["file"]))


def _sent(request: Request, kept: files.Kept) -> HttpResponseBase:
    offer = Offer(kept, kept.filename, int(kept.since.timestamp()), _CACHING, varies=False)
    return answer(request._request, offer)  # noqa: SLF001  # likewise


def _metadata(request: HttpRequest, data: bytes) -> HttpResponse:
    etag = f'"{sha256(data)}"'
    headers = {"ETag": etag, "Cache-Control": _CACHING}
    unchanged: HttpResponse | None = get_conditional_response(request, etag)
    response = unchanged or HttpResponse(data, content_type="application/json")
    for name, value in headers.items():
        response.headers[name] = value
    return response
