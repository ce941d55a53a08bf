"""What can be made of a harvested file: each processor turns bytes into a rendition, and never changes the original."""

from dataclasses import dataclass
from typing import Protocol

from harvester.judging import LIMITS
from harvester.models import Document
from imagehub.images import decoders
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.render import Rendered, Spec


class Processor(Protocol):
    """Makes one kind of rendition."""

    @property
    def name(self) -> str:
        """Its word in paths and requests."""

    @property
    def extension(self) -> str:
        """The end of the names of its files."""

    def made_of(self, data: bytes) -> Rendered:
        """Return the rendition of a picture; `Refusal` when it can't be decoded."""


@dataclass(frozen=True, slots=True)
class Boxed:
    """Fits a picture into a square, upright and without metadata; it is never enlarged."""

    name: str
    side: int  # pixels
    quality: int
    format: Format = Format.WEBP

    @property
    def extension(self) -> str:
        """The end of the names of its files."""
        return self.format.extension

    def made_of(self, data: bytes) -> Rendered:
        """Return the rendition of foreign bytes; they are judged and turned upright first."""
        clean = decoders.clean(data, formats=frozenset(Format), limits=LIMITS)
        wish = Spec(self.side, self.side, "inside", self.format, self.quality)
        return decoders.render(clean.data, wish, min(clean.width * clean.height, self.side**2))


PROCESSORS: dict[str, Processor] = {
    processor.name: processor
    for processor in (
        Boxed("webp", side=4096, quality=80),
        Boxed("thumbnail", side=320, quality=80),
        Boxed("optimized", side=1920, quality=80),
    )
}


def wanted_for(document: Document, always: list[str]) -> list[Processor]:
    """Return what is to be made of the files of a document: what its last job asked for, and what always is."""
    asked = document.job.options.get("processors", []) if document.job else []
    return [processor for name, processor in PROCESSORS.items() if name in {*asked, *always}]
