"""Sending a stored file: whole, in part, or not at all when the caller has it; never as a page that could act."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date

from imagehub.images import ranges, storage
from imagehub.images.storage import ObjectMissing

SMALL = 256 * 1024  # bytes up to which an answer is read at once instead of streamed
LINKED = 60  # seconds for which a browser need not ask us again where in the bucket an object is
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
_SANDBOX = "default-src 'none'; sandbox"


class Kept(Protocol):
    """An image or a rendition, as far as serving is concerned."""

    key: str
    digest: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What is served, under which name, and how it may be kept."""

    kept: Kept
    file_name: str
    modified: int
    caching: str
    varies: bool
    until: int | None = None  # seconds since 1970, when what opens it ends


def answer(request: HttpRequest, offer: Offer) -> HttpResponseBase:
    """Answer a GET or HEAD with what is offered; ObjectMissing when its object is not there."""
    etag = f'"{offer.kept.digest}"'
    # Most callers set no condition, and to look for one costs as much as to open the file.
    response: HttpResponseBase | None = None
    if any(name in request.META for name in _CONDITIONS):
        response = get_conditional_response(request, etag, offer.modified)
    if response is None:
        if settings.DIRECT_LINKS and _is_shown_only(request):
            return _linked(offer)
        response = _body(request, offer, etag)
    return _labelled(response, offer, etag)


def _is_shown_only(request: HttpRequest) -> bool:
    """Tell whether a browser fetches this to show it: who wants to read it too must get it from us."""
    asked = request.method, request.META.get("HTTP_SEC_FETCH_DEST"), request.META.get("HTTP_SEC_FETCH_MODE")
    return asked == ("GET", "image", "no-cors")


def _linked(offer: Offer) -> HttpResponse:
    """Send a browser to the bucket itself, by an address that outlives our answer in its cache, but not our own."""
    _require_object(offer)
    disposition = content_disposition_header(as_attachment=False, filename=offer.file_name) or "inline"
    labels = storage.Labels(offer.kept.content_type, disposition, offer.caching)
    left = 2 * LINKED if offer.until is None else min(2 * LINKED, max(1, offer.until - int(time.time())))
    headers = {
        "Location": storage.link(offer.kept.key, left, labels),
        "Cache-Control": f"private, max-age={left // 2}",
        "Vary": ", ".join([*(["Accept"] if offer.varies else []), "Sec-Fetch-Dest", "Sec-Fetch-Mode"]),
    }
    return HttpResponse(status=HTTPStatus.FOUND, headers=headers)


def _body(request: HttpRequest, offer: Offer, etag: str) -> HttpResponseBase:
    if settings.ACCEL_REDIRECT and storage.current().local:
        return _handed_over(offer)
    if request.method == "HEAD":
        return _head(offer)
    size = offer.kept.size
    asked = request.META.get("HTTP_RANGE")
    part = ranges.requested(asked, size) if asked and _range_holds(request, offer, etag) else None
    if part is None:
        return _sent(offer, ranges.Part(0, size), HTTPStatus.OK)
    response = (
        _sent(offer, part, HTTPStatus.PARTIAL_CONTENT)
        if part.length
        else HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    )
    response.headers["Content-Range"] = part.content_range(size)
    return response


def _range_holds(request: HttpRequest, offer: Offer, etag: str) -> bool:
    return request.META.get("HTTP_IF_RANGE", etag) in {etag, http_date(offer.modified)}


def _handed_over(offer: Offer) -> HttpResponse:
    """Let the front server send the file; it answers ranges by itself."""
    _require_object(offer)
    target = f"{settings.ACCEL_REDIRECT.rstrip('/')}/{quote(offer.kept.key)}"
    return HttpResponse(headers={"X-Accel-Redirect": target})


def _head(offer: Offer) -> HttpResponse:
    _require_object(offer)
    return HttpResponse(headers={"Content-Length": str(offer.kept.size)})


def _require_object(offer: Offer) -> None:
    if not storage.exists(offer.kept.key):
        raise ObjectMissing


def _sent(offer: Offer, part: ranges.Part, status: int) -> HttpResponseBase:
    chunks = storage.chunks(offer.kept.key, part.start, part.length)
    headers = {"Content-Length": str(part.length)}
    if part.length > SMALL:
        return StreamingHttpResponse(chunks, status=status, headers=headers)
    return HttpResponse(_whole(chunks, part.length), status=status, headers=headers)


def _whole(chunks: Iterator[bytes], length: int) -> bytes:
    data = b"".join(chunks)
    if len(data) != length:
        raise ObjectMissing
    return data


def _labelled(response: HttpResponseBase, offer: Offer, etag: str) -> HttpResponseBase:
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        return response
    labels = {
        "Content-Type": offer.kept.content_type,
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=offer.file_name) or "inline",
        "Content-Security-Policy": _SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "Cache-Control": offer.caching,
        "ETag": etag,
        "Last-Modified": http_date(offer.modified),
    }
    if offer.varies:
        labels["Vary"] = "Accept"
    for name, value in labels.items():
        response.headers[name] = value
    return response
