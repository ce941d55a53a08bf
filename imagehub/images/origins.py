"""What features say about where a picture came from.

A file's own claim is found by `services.judge` and kept by `services.ingest` without further ado. These are
for features that know more than the file: pictures that a model made, and edits of pictures.
"""

from django.utils.translation import gettext_lazy as _

from imagehub.images.pipeline.marks import Origin, SourceType
from imagehub.images.pipeline.provenance import declared
from imagehub.images.pipeline.sanitise import Clean

LABELS = {
    Origin.AI: _("Made with AI"),
    Origin.NOT_AI: _("Made without AI, by its own account"),
    Origin.UNKNOWN: _("Unknown origin"),
}
CHOICES = list(LABELS.items())


def generated(clean: Clean) -> Clean:
    """Mark a picture as made by a model, unless its file already says which part a model had in it."""
    if clean.marks.origin is Origin.AI:
        return clean
    return declared(clean, SourceType.TRAINED_ALGORITHMIC_MEDIA)


def edited(clean: Clean, original: str) -> Clean:
    """Mark an edit of a picture whose `Image.source_type` is `original`: of a model's work it is a composite."""
    term = SourceType(original).edited if original else None
    return declared(clean, term) if term else clean


def schema_org(source_type: str) -> str:
    """Return the `digitalSourceType` for the structured data of a page; empty for what no model made."""
    return SourceType(source_type).schema_org if source_type else ""
