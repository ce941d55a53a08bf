"""Documents in an uploaded file of JSON or NDJSON."""

from collections.abc import Iterator, Sequence
from typing import IO

from harvester.sources import listings
from harvester.sources.entries import Entry


def entries(file: IO[bytes], fields: Sequence[str]) -> Iterator[Entry]:
    """Go through the documents of a file; Invalid when it lists none, FileTooLarge beyond MOST_BYTES."""
    return listings.entries(file, fields, field="file")
