"""Pictures that are alike, and publications that show them."""

import io
from functools import cache

from PIL import Image, ImageOps

from accounts.models import User
from imagehub import scenes
from publications import uploads
from publications.models import Photo, Publication
from publications.services import photos, publications
from publications.services.publications import Draft

SIZE = (320, 240)


@cache
def drawn(scene: str) -> bytes:
    """Return a scene as somebody took it."""
    return _jpeg(scenes.SCENES[scene](), 92)


@cache
def copied(scene: str) -> bytes:
    """Return the same scene, smaller and compressed anew."""
    return _jpeg(scenes.SCENES[scene]().resize((240, 180)), 70)


@cache
def mirrored(scene: str) -> bytes:
    """Return the same scene as a mirror shows it."""
    return _jpeg(ImageOps.mirror(scenes.SCENES[scene]()), 80)


def put_up(owner: User, *files: bytes, title: str = "A boat") -> Publication:
    """Make a publication with these photos, as its owner would."""
    publication = publications.create(Draft(title=title), owner=owner, by=owner)
    for file in files:
        photos.add(uploads.judge(file), publication.public_id, by=owner)
    return Publication.objects.get(pk=publication.pk)


def photo_of(publication: Publication) -> Photo:
    """Return the only photo of a publication."""
    return Photo.objects.select_related("image").get(publication=publication)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.resize(SIZE if picture.width > SIZE[0] else picture.size).save(file, "JPEG", quality=quality)
    return file.getvalue()
