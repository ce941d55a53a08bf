"""What a library remembers of its images."""

from imagehub.library.models.batches import Batch, Part
from imagehub.library.models.entries import LONGEST_TITLE, Entry, EntryQuerySet, Shelf

__all__ = ["LONGEST_TITLE", "Batch", "Entry", "EntryQuerySet", "Part", "Shelf"]
