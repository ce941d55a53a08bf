"""A publication as its public page shows it: to people, to previews on other sites, to search engines."""

import json
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import ngettext

from imagehub.images import origins
from imagehub.images.links import public_url
from imagehub.lib import origin
from publications import hanging
from publications.hanging import Frame, Row
from publications.models import Photo, Publication

LONGEST_SUMMARY = 200  # characters; previews cut what is longer
_MARKUP = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Exhibit:
    """What the page hangs where, and what it says of itself."""

    publication: Publication
    cover: Frame | None
    rows: list[Row]
    count: int
    address: str
    summary: str
    preview: str  # address of the picture that stands for the page elsewhere
    linked_data: SafeString


class _ImageObject(TypedDict):
    """A photo in the words of schema.org."""

    contentUrl: str
    thumbnailUrl: str
    encodingFormat: str
    width: int
    height: int
    uploadDate: str
    caption: str
    representativeOfPage: bool
    digitalSourceType: NotRequired[str]


def of(publication: Publication) -> Exhibit:
    """Return what the page shows; one query for all photos, the owner must be loaded."""
    photos = list(publication.photos.select_related("image").order_by("position"))
    cover, rows = hanging.hang(photos)
    address = origin.absolute(reverse("publications:page", args=[publication.public_id]))
    summary = _summary(publication, len(photos))
    return Exhibit(
        publication=publication,
        cover=cover,
        rows=rows,
        count=len(photos),
        address=address,
        summary=summary,
        preview=public_url(cover.photo.image, "social") if cover else "",
        linked_data=_linked_data(publication, photos, address, summary),
    )


def _summary(publication: Publication, count: int) -> str:
    """Return a line that stands for the page elsewhere: the description, or who shows how much."""
    words = " ".join(publication.description.split())
    by = publication.owner.get_username()
    said = ngettext("%(count)d photo by %(name)s", "%(count)d photos by %(name)s", count)
    return Truncator(words).chars(LONGEST_SUMMARY) or said % {"count": count, "name": by}


def _linked_data(publication: Publication, photos: list[Photo], address: str, summary: str) -> SafeString:
    """Return the page in the words of schema.org, as JSON that no HTML parser reads as markup."""
    owner = publication.owner
    data = {
        "@context": "https://schema.org",
        "@type": "ImageGallery",
        "@id": address,
        "url": address,
        "name": publication.title,
        "description": summary,
        "datePublished": publication.created_at.isoformat(),
        "dateModified": publication.updated_at.isoformat(),
        "author": {
            "@type": "Person",
            "name": owner.get_username(),
            "image": origin.absolute(f"/avatar/{owner.public_id}"),
        },
        "image": [{"@type": "ImageObject", **_image(photo, is_cover=photo is photos[0])} for photo in photos],
    }
    # Without "<" nothing ends the element; beyond ASCII nothing is left that a parser could take amiss.
    return mark_safe(json.dumps(data).translate(_MARKUP))  # noqa: S308  # every character that means markup is escaped


def _image(photo: Photo, *, is_cover: bool) -> _ImageObject:
    image = photo.image
    said: _ImageObject = {
        "contentUrl": public_url(image),
        "thumbnailUrl": public_url(image, "w640"),
        "encodingFormat": image.content_type,
        "width": image.width,
        "height": image.height,
        "uploadDate": photo.created_at.isoformat(),
        "caption": photo.alt_text,
        "representativeOfPage": is_cover,
    }
    if part := origins.schema_org(image.source_type):
        said["digitalSourceType"] = part
    return said
