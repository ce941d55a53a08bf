"""Serving images: public ones to anybody, others to whoever holds a signed address."""

import time
from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from imagehub.images import cache, making, presets, renditions, shelf
from imagehub.images.links import AUTO, ORIGINAL, extension_of
from imagehub.images.models import Image, Rendition
from imagehub.images.pipeline.formats import Format
from imagehub.images.serving import Offer, answer
from imagehub.images.shelf import Shelf
from imagehub.images.storage import ObjectMissing
from imagehub.lib import signing
from imagehub.lib.accept import accepts
from imagehub.lib.errors import ImageHubError, ImageNotFound, SignatureInvalid

PUBLIC_AGE = 24 * 3600  # seconds for which caches may show a public image without asking whether it still is


@dataclass(frozen=True, slots=True)
class Grant:
    """What an address opens: any image until a moment, or without a signature public images for good."""

    until: int | None  # seconds since 1970

    @property
    def shelf(self) -> Shelf:
        """The images in reach and their renditions."""
        return shelf.PUBLIC if self.until is None else shelf.ALL

    @property
    def refusal(self) -> ImageHubError:
        """What is said of all that is not in reach: nobody learns without a signature what is there."""
        return SignatureInvalid() if self.until is None else ImageNotFound()

    @property
    def caching(self) -> str:
        """For whom and how long the answer may be kept."""
        if self.until is None:
            return f"public, max-age={PUBLIC_AGE}, immutable"
        return f"private, max-age={max(self.until - int(time.time()), 0)}, immutable"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an address asks for."""

    image_id: str
    name: str
    extension: str
    grant: Grant


@csrf_exempt  # so that other methods hear that they are not allowed; none changes anything
@require_safe
def serve(request: HttpRequest, image_id: str, name: str, extension: str) -> HttpResponseBase:
    """Send an image or a rendition of it: a public one to anybody, any to the holder of a valid address."""
    wish = Wish(image_id, name, extension, _grant(request))
    if name == ORIGINAL:
        return _current(request, wish)
    kept, format_ = _rendition(request, wish)
    cache.note_use(kept)
    try:
        return answer(request, _offered(kept, wish))
    except ObjectMissing:
        return answer(request, _offered(renditions.remade(kept, name, format_), wish))


def _grant(request: HttpRequest) -> Grant:
    query = request.META.get("QUERY_STRING", "")
    # Any other query, such as `v=2` against stale caches, opens no more than none would.
    return Grant(until=signing.verify(request.path, query) if signing.is_signed(query) else None)


def _current(request: HttpRequest, wish: Wish) -> HttpResponseBase:
    """Send the original; look again when its object goes meanwhile because a smaller one takes its place."""
    image = _original(wish)
    try:
        return answer(request, _offered(image, wish))
    except ObjectMissing:
        successor = _original(wish)
        if successor.key == image.key:
            raise
        return answer(request, _offered(successor, wish))


def _original(wish: Wish) -> Image:
    image = _image(wish)
    if wish.extension not in {AUTO, extension_of(image.content_type)}:
        raise ImageNotFound
    return image


def _image(wish: Wish) -> Image:
    image = wish.grant.shelf.image(wish.image_id)
    if image is None:
        raise wish.grant.refusal
    return image


def _rendition(request: HttpRequest, wish: Wish) -> tuple[Rendition, Format]:
    # A recipe takes work that nobody is given without having been given its address.
    is_open = making.is_open(wish.name) or wish.grant.until is not None
    written = presets.MOVING if making.moves(wish.name) else presets.FORMATS
    if not is_open or wish.extension not in {AUTO, *written}:
        raise wish.grant.refusal
    fixed = written.get(wish.extension) or _only(wish.name)
    formats = [fixed] if fixed else _understood(request, written.values()) or [_natural(wish)]
    names = [renditions.file_name_of(wish.name, format_) for format_ in formats]
    kept = wish.grant.shelf.find(wish.image_id, names)
    return (kept[names[0]], formats[0]) if names[0] in kept else _made(wish, formats, kept)


def _made(wish: Wish, formats: list[Format], kept: dict[str, Rendition]) -> tuple[Rendition, Format]:
    """Make it in the first format that suits it; what is there already in that one will do."""
    image = _image(wish)
    suiting = [format_ for format_ in formats if making.suits(wish.name, format_, image)]
    format_ = suiting[0] if suiting else formats[0] if wish.extension != AUTO else _natural(wish)
    there = kept.get(renditions.file_name_of(wish.name, format_))
    return there or renditions.rendition(image, wish.name, format_), format_


def _only(name: str) -> Format | None:
    preset = making.read(name).preset
    return preset.only if preset else None


def _understood(request: HttpRequest, written: Collection[Format]) -> list[Format]:
    """Return the newer formats that the caller names, the smallest first."""
    header = request.META.get("HTTP_ACCEPT", "")
    newer = [format_ for format_ in (Format.AVIF, Format.WEBP) if format_ in written]
    return [format_ for format_ in newer if accepts(header, format_.content_type)]


def _natural(wish: Wish) -> Format:
    """Return what everybody understands."""
    if making.moves(wish.name):
        return Format.GIF
    return Format.JPEG if _image(wish).content_type == Format.JPEG.content_type else Format.PNG


def _offered(kept: Image | Rendition, wish: Wish) -> Offer:
    return Offer(
        kept=kept,
        file_name=f"{wish.image_id}.{extension_of(kept.content_type)}",
        modified=int(kept.created_at.timestamp()),
        caching=wish.grant.caching,
        varies=wish.extension == AUTO,
        until=wish.grant.until,
    )
