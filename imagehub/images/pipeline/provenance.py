"""A cleaned picture remembers what its file claimed, and is marked wherever a model had a part in it."""

import hashlib
from dataclasses import replace

from imagehub.images.pipeline import reading
from imagehub.images.pipeline.formats import sniff
from imagehub.images.pipeline.marking import marked
from imagehub.images.pipeline.marks import Origin, SourceType
from imagehub.images.pipeline.sanitise import Clean


def with_claims_of(data: bytes, made: Clean) -> Clean:
    """Add the claims of the foreign file that `made` was cleaned from.

    Of all its metadata one fact survives in the bytes: that a model made the picture or a part of it, as a
    packet of ours. Other claims are told, not repeated; a file without such a mark stays what it was.
    """
    marks = reading.marks(data, sniff(data))
    told = replace(made, marks=marks)
    return declared(told, marks.source_type) if marks.source_type and marks.origin is Origin.AI else told


def declared(made: Clean, term: SourceType) -> Clean:
    """Mark the picture with a source type; the digest is that of the marked bytes."""
    data = marked(made.data, made.format, term)
    marks = replace(made.marks, source_type=term)
    return replace(made, data=data, digest=hashlib.sha256(data).hexdigest(), marks=marks)
