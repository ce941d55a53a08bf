"""What part a model had in an image, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imagehub.images.pipeline.marks import SourceType

_WORDS = {
    SourceType.TRAINED_ALGORITHMIC_MEDIA: _("Made by a model"),
    SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA: _("Edited or composed with a model"),
    SourceType.COMPOSITE_SYNTHETIC: _("Composed of generated parts"),
}


def words(source_type: str) -> str | Promise:
    """Return a sentence for a term of the IPTC that says `ai`; the term itself for any other."""
    return _WORDS.get(SourceType(source_type), source_type) if source_type else ""
