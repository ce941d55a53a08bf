"""New images that belong to no surface but the library."""

from pathlib import PurePosixPath

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.module_loading import import_string

from imagehub.editor.policies import person
from imagehub.images import services as images
from imagehub.images.models import Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.sanitise import Clean, Reading
from imagehub.images.services import Stored
from imagehub.lib import ids
from imagehub.lib.text import one_line
from imagehub.lib.transactions import write
from imagehub.library import shelving
from imagehub.library.models import LONGEST_TITLE, Entry
from imagehub.library.policies import Asking
from imagehub.library.services import news

LIMITS = Limits(bytes=20 * 1024 * 1024, frames=1000, seconds=6.0)
"""With room for a recording of a screen, and time for all its frames, which are decoded by themselves and once more
without their ends."""


def judged(data: bytes) -> Clean:
    """Return foreign bytes of any format that we know as a clean picture, which may move, or refuse them."""
    return images.judge(data, formats=frozenset(Format), limits=LIMITS, reading=Reading.FRAMES)


def keep(data: bytes, file_name: str, *, by: Asking) -> Entry:
    """Judge a file and keep the picture in the library of whoever sends it, called as the file was."""
    return keep_judged(judged(data), title_of(file_name), by=by)


def keep_judged(clean: Clean, title: str, *, by: Asking, source: Source = Source.LIBRARY) -> Entry:
    """Keep a judged picture under a title; it is durable, listed and announced when this returns.

    Forbidden for a service, which has no library; ImageLimitReached when the account has no room for it.
    """
    owner = get_user_model().objects.get(pk=person(by))
    key = f"library/{owner.public_id}/{ids.object_id()}.{clean.format.extension}"
    with images.stored(clean, key=key) as stored:
        return _kept(stored, one_line(title)[:LONGEST_TITLE], source, owner)


def adopt(data: bytes, title: str, *, by: Asking) -> Entry:
    """Keep a copy of a harvested picture in the library of whoever asks; the harvest stays as it is."""
    return keep_judged(judged(data), title, by=by, source=Source.HARVESTED)


def title_of(file_name: str) -> str:
    """Return what a picture is called after the file that it came in."""
    return one_line(PurePosixPath(file_name.replace("\\", "/")).stem)[:LONGEST_TITLE]


@write
def _kept(stored: Stored, title: str, source: Source, owner: Model) -> Entry:
    shelf = shelving.locked(owner)
    image = images.ingest(stored, owner=owner, source=source, quota=import_string(settings.QUOTA_OF)(owner))
    shelving.shelve(shelf, [image], own_titles={image.pk: title})
    news.added(owner, [image])
    return shelving.entry_of(image)
