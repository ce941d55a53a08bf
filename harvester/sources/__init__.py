"""Where documents come from: each source is a strategy behind one protocol."""

from harvester.drafts import Draft
from harvester.sources.entries import Entry, Source
from harvester.sources.mongo import Collection

__all__ = ["Entry", "Source", "opened"]


def opened(draft: Draft) -> Source:
    """Return the documents that a draft means, in the database; listed ones are not read again."""
    return Collection(draft)
