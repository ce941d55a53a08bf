"""Harvests as staff enters them: in whatever way the documents are named, a look first, then off."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harvester.drafts import Draft
from harvester.models import Job
from harvester.policies import Requester
from harvester.services import jobs, previews
from harvester.services.previews import Preview
from harvester.sources import api, files
from harvester.sources.entries import Entry


@dataclass(frozen=True)
class Wish:
    """A draft, with the address or file that lists its documents where that is so."""

    draft: Draft
    said: Mapping[str, Any]

    def listed(self) -> Iterator[Entry] | None:
        """Read the documents that are listed; None where a database has them."""
        if "api_url" in self.said:
            return api.entries(self.said["api_url"], self.draft.fields)
        return files.entries(self.said["file"], self.draft.fields) if "file" in self.said else None


def preview(wish: Wish) -> Preview:
    """Tell what would be fetched; nothing is."""
    entries = wish.listed()
    return previews.preview(wish.draft) if entries is None else previews.listed(entries)


def begin(wish: Wish, *, by: Requester) -> Job:
    """Begin the harvest."""
    entries = wish.listed()
    if entries is None:
        return jobs.create(wish.draft, by=by)
    return jobs.create_listed(wish.draft, entries, by=by)
