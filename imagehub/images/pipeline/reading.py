"""The claims of a foreign file, read before it is stripped."""

from dataclasses import replace

from imagehub.images.pipeline import generators, xmp
from imagehub.images.pipeline.carriers import carried
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marks import Marks, strongest


def marks(data: bytes, form: Format) -> Marks:
    """Read what a judged file of that format claims; whatever is odd in it claims nothing, and nothing is raised.

    What a generator wrote counts as its claim to have made the picture. Contradictions are settled by
    `marks.strongest`. Costs no more than a walk over the file's parts and some milliseconds for its texts.
    """
    found = carried(data, form)
    told = generators.understood(found.texts)
    claims = [*xmp.terms(bytes(found.xmp)), *xmp.mentioned(bytes(found.manifest))]
    if told.source_type and not any(claim.origin is told.source_type.origin for claim in claims):
        claims.append(told.source_type)
    return replace(told, source_type=strongest(claims), c2pa=bool(found.manifest))
