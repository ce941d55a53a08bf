"""Serving images to whoever holds a signed address."""

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
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from imagehub.images import presets, ranges, renditions, storage
from imagehub.images.links import ORIGINAL, extension_of
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.images.storage import ObjectMissing
from imagehub.lib import signing
from imagehub.lib.accept import accepts
from imagehub.lib.errors import ImageNotFound

AUTO = "auto"
SMALL = 256 * 1024  # bytes up to which an answer is read at once instead of streamed
_SANDBOX = "default-src 'none'; sandbox"


class Kept(Protocol):
    """An image or a rendition, as far as serving is concerned."""

    key: str
    digest: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What is served, under which name, until when it may be kept."""

    kept: Kept
    file_name: str
    modified: int
    expires: int
    varies: bool


@csrf_exempt  # so that other methods hear that they are not allowed; none changes anything
@require_safe
def serve(request: HttpRequest, image_id: str, name: str, extension: str) -> HttpResponseBase:
    """Send an image or a rendition of it to the holder of a valid address."""
    expires = signing.verify(request.path, request.META.get("QUERY_STRING", ""))
    if name == ORIGINAL:
        return _answer(request, _offered(_original(image_id, extension), image_id, expires, extension))
    kept, format_ = _rendition(request, image_id, name, extension)
    offer = _offered(kept, image_id, expires, extension)
    try:
        return _answer(request, offer)
    except ObjectMissing:
        return _answer(request, _offered(renditions.remade(kept, name, format_), image_id, expires, extension))


def _original(image_id: str, extension: str) -> Image:
    image = _image(image_id)
    if extension not in {AUTO, extension_of(image.content_type)}:
        raise ImageNotFound
    return image


def _image(image_id: str) -> Image:
    # Not first(): ordering what is unique anyway costs more than finding it.
    image = next(iter(Image.objects.filter(public_id=image_id)[:1]), None)
    if image is None:
        raise ImageNotFound
    return image


def _rendition(request: HttpRequest, image_id: str, name: str, extension: str) -> tuple[Rendition, Format]:
    if name not in presets.PRESETS or extension not in {AUTO, *presets.FORMATS}:
        raise ImageNotFound
    format_ = presets.FORMATS.get(extension) or _negotiated(request, image_id)
    kept = renditions.find(image_id, f"{name}.{format_.extension}")
    return kept or renditions.rendition(_image(image_id), name, format_), format_


def _negotiated(request: HttpRequest, image_id: str) -> Format:
    if accepts(request.headers.get("Accept", ""), Format.WEBP.content_type):
        return Format.WEBP
    return Format.JPEG if _image(image_id).content_type == Format.JPEG.content_type else Format.PNG


def _offered(kept: Image | Rendition, image_id: str, expires: int, extension: str) -> Offer:
    return Offer(
        kept=kept,
        file_name=f"{image_id}.{extension_of(kept.content_type)}",
        modified=int(kept.created_at.timestamp()),
        expires=expires,
        varies=extension == AUTO,
    )


def _answer(request: HttpRequest, offer: Offer) -> HttpResponseBase:
    etag = f'"{offer.kept.digest}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag, offer.modified)
    if response is None:
        response = _body(request, offer, etag)
    return _labelled(response, offer, etag)


def _body(request: HttpRequest, offer: Offer, etag: str) -> HttpResponseBase:
    if settings.ACCEL_REDIRECT and storage.current().local:
        return _handed_over(offer)
    if request.method == "HEAD":
        return _head(offer)
    size = offer.kept.size
    part = ranges.requested(request.headers.get("Range"), size) if _range_holds(request, offer, etag) else None
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
    return request.headers.get("If-Range", etag) in {etag, http_date(offer.modified)}


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
    left = max(offer.expires - int(time.time()), 0)
    labels = {
        "Content-Type": offer.kept.content_type,
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=offer.file_name) or "inline",
        "Content-Security-Policy": _SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={left}, immutable",
        "ETag": etag,
        "Last-Modified": http_date(offer.modified),
    }
    if offer.varies:
        labels["Vary"] = "Accept"
    for name, value in labels.items():
        response.headers[name] = value
    return response
