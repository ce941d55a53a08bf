"""What a library remembers of its images."""

from imagehub.images.sharing.links import LONGEST_NAME
from imagehub.library.models.albums import Album, AlbumItem
from imagehub.library.models.batches import Batch, Part, State
from imagehub.library.models.entries import LONGEST_TITLE, Entry, EntryQuerySet, Shelf
from imagehub.library.models.links import Allowed, LinkItem, ShareLink

__all__ = [
    "LONGEST_NAME",
    "LONGEST_TITLE",
    "Album",
    "AlbumItem",
    "Allowed",
    "Batch",
    "Entry",
    "EntryQuerySet",
    "LinkItem",
    "Part",
    "ShareLink",
    "Shelf",
    "State",
]
