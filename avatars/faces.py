"""The face of a person at a size: the active picture, or a drawing that stands in for it."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import structlog
from django.core.cache import cache
from django.db.models import Q
from redis import RedisError

from accounts.models import User
from avatars import drawing
from avatars.wishes import Style, Wish
from imagehub.images import renditions
from imagehub.images.models import Image
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import Spec, render
from imagehub.images.presets import AVATAR_SIDES
from imagehub.lib.errors import PictureNotFound

log = structlog.get_logger(__name__)

QUALITY = 85
DRAWING_VERSION = 1  # raise it when a drawing changes, so that nobody keeps the old one
KEPT_SECONDS = 86_400
LARGEST_KEPT = 128 * 1024  # bytes
_EMAIL_DIGEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


class Person(NamedTuple):
    """Somebody as far as a face needs; all but the seed may be unknown."""

    seed: str
    name: str = ""
    image_id: int | None = None
    digest: str = ""
    side: int = 0  # the shorter one, pixels
    content_type: str = ""
    is_default: bool = True


@dataclass(frozen=True)
class Face:
    """A face that need not be made before somebody lacks it: its tag says whether they do."""

    tag: str
    format: Format
    make: Callable[[], bytes]
    upscaled_from: int = 0  # pixels; 0: the picture is as large as asked for

    def data(self) -> bytes:
        """Return the bytes, from the shared cache when they were made before."""
        key = f"face:{self.tag}"
        try:
            kept: bytes | None = cache.get(key)
            if kept is None:
                kept = self.make()
                if len(kept) <= LARGEST_KEPT:
                    cache.set(key, kept, timeout=KEPT_SECONDS)
        except (OSError, RedisError) as error:  # without a cache a face costs more, that is all
            log.warning("face.not_kept", reason=type(error).__name__)
            return self.make()
        return kept


def person(name: str) -> Person:
    """Return the person with this public id, or this digest of the e-mail when they are listed; one query."""
    wanted = Q(public_id=name)
    digest = name.lower()
    if _EMAIL_DIGEST.fullmatch(digest):
        wanted |= Q(is_listed=True, email_md5=digest) | Q(is_listed=True, email_sha256=digest)
    rows = [_Row(*row) for row in User.objects.filter(wanted).values_list(*_COLUMNS)[:2]]
    # Outside issuers may hand out ids that look like digests; the owner of the address comes first.
    rows.sort(key=lambda row: row.public_id == name)
    return _person(rows[0]) if rows else Person(seed=name)


def of(who: Person, wish: Wish) -> Face:
    """Return the face that a wish leads to; PictureNotFound where the caller would rather have none."""
    if who.image_id and not wish.is_forced and not (who.is_default and wish.style):
        return _own(who, who.image_id, wish)
    style = wish.style or Style.SILHOUETTE
    if style is Style.NONE:
        raise PictureNotFound
    return _stand_in(who, style, wish)


class _Row(NamedTuple):
    """What is known of an account, in the order of `_COLUMNS`; with no image nothing after it means anything."""

    public_id: str
    first_name: str
    last_name: str
    username: str
    image_id: int | None
    digest: str
    width: int
    height: int
    content_type: str
    is_default: bool


_COLUMNS = (
    "public_id",
    "first_name",
    "last_name",
    "username",
    "active_picture__image_id",
    "active_picture__image__digest",
    "active_picture__image__width",
    "active_picture__image__height",
    "active_picture__image__content_type",
    "active_picture__is_default",
)


def _person(row: _Row) -> Person:
    name = f"{row.first_name} {row.last_name}".strip() or row.username
    if row.image_id is None:
        return Person(row.public_id, name)
    side = min(row.width, row.height)
    return Person(row.public_id, name, row.image_id, row.digest, side, row.content_type, row.is_default)


def _own(who: Person, image_id: int, wish: Wish) -> Face:
    natural = Format.JPEG if who.content_type == Format.JPEG.content_type else Format.PNG
    chosen = wish.format or (Format.WEBP if wish.takes_webp else natural)
    return Face(
        tag=f"{who.digest[:40]}-{wish.size}-{chosen.extension}",
        format=chosen,
        make=partial(_resized, image_id, wish.size, chosen),
        upscaled_from=who.side if who.side < wish.size else 0,
    )


def _resized(image_id: int, size: int, chosen: Format) -> bytes:
    """Return a stored rendition, reduced where the size lies between two of them."""
    image = Image.objects.filter(pk=image_id).first()
    if image is None:
        raise PictureNotFound
    rung = next(rung for rung in AVATAR_SIDES if rung >= size)
    _, data = renditions.read(image, f"avatar-{rung}", chosen)
    if rung == size:
        return data
    return render(data, Spec(width=size, height=size, fit="cover", format=chosen, quality=QUALITY)).data


def _stand_in(who: Person, style: Style, wish: Wish) -> Face:
    chosen = wish.format or (Format.WEBP if wish.takes_webp else Format.PNG)
    name = who.name or _letters_of_nobody(who.seed)
    facts = f"{DRAWING_VERSION}:{style}:{who.seed}:{name}:{wish.size}:{chosen}"
    return Face(
        tag=hashlib.sha256(facts.encode()).hexdigest()[:40],
        format=chosen,
        make=partial(_drawn, style, who.seed, name, wish.size, chosen),
    )


def _drawn(style: Style, seed: str, name: str, size: int, chosen: Format) -> bytes:
    match style:
        case Style.INITIALS:
            picture = drawing.initials(seed, name, size)
        case Style.IDENTICON:
            picture = drawing.identicon(seed, size)
        case Style.RETRO:
            picture = drawing.retro(seed, size)
        case Style.BLANK:
            picture = drawing.blank(size)
        case _:
            picture = drawing.silhouette("", size)
    return drawing.encoded(picture, chosen.value)


def _letters_of_nobody(seed: str) -> str:
    """Return initials for an id that leads to nobody, so that they don't tell whether it does."""
    first, last = hashlib.sha256(f"letters:{seed}".encode()).digest()[:2]
    return f"{chr(65 + first % 26)} {chr(65 + last % 26)}"
