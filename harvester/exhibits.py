"""What was harvested as its pages show it: collections, documents with a cover, and the pictures of one."""

from dataclasses import dataclass

from harvester import browsing, files, places, reasons
from harvester.models import Document, Harvested, Outcome
from harvester.processors import PROCESSORS

PAGE = 48  # documents
MOST_PICTURES = 300  # of a document that are shown
_NEAR = 4  # addresses without a file that may stand before the one that is a document's cover
_SMALL = "thumbnail"


@dataclass(frozen=True)
class Place:
    """A collection of which something was harvested."""

    database: str
    collection: str

    @property
    def source(self) -> str:
        """What its database is called."""
        return places.source(self.database)


@dataclass(frozen=True)
class Card:
    """A document, and the picture that stands for it."""

    document: Document
    cover: str  # address, or empty

    @property
    def name(self) -> str:
        """What it is called."""
        return self.document.label or self.document.document_id


@dataclass(frozen=True)
class Page:
    """Some documents in the order of their folders, and behind which folder the next page goes on."""

    cards: list[Card]
    next_after: str


@dataclass(frozen=True)
class Picture:
    """An address of a document, with the file that it gave or why there is none."""

    file: Harvested
    original: str
    small: str
    reason: str

    @property
    def is_gone(self) -> bool:
        """Whether its document or server no longer has it."""
        return self.file.gone_at is not None


@dataclass(frozen=True)
class Exhibit:
    """A document with its pictures."""

    card: Card
    pictures: list[Picture]
    lost: list[Picture]  # addresses that never gave a file
    metadata: str
    hidden: int  # pictures that are not shown


def collections() -> list[Place]:
    """Return the collections of which something was harvested, by name."""
    names = [one["name"] for one in browsing.databases()]
    return [Place(name, inner["name"]) for name in names for inner in browsing.collections(name)]


def page(database: str, collection: str, *, after: str) -> Page:
    """Return documents behind a folder; NotFound for a collection that is not here. Two queries."""
    shown, rest = browsing.part(database, collection, after=after, limit=PAGE)
    covers = _covers(shown)
    return Page([Card(document, covers.get(document.pk, "")) for document in shown], rest or "")


def of(document: Document) -> Exhibit:
    """Return a document with its pictures, in their order."""
    found = list(Harvested.objects.filter(document=document).order_by("number"))
    kept = [_picture(document, file) for file in found if file.key]
    lost = [_picture(document, file) for file in found if not file.key and file.outcome]
    cover = kept[0].small if kept else ""
    return Exhibit(
        Card(document, cover),
        kept[:MOST_PICTURES],
        lost[:MOST_PICTURES],
        _metadata(document),
        len(kept[MOST_PICTURES:]),
    )


def _covers(documents: list[Document]) -> dict[int, str]:
    """Return the address of each document's first picture; one query for all."""
    by_pk = {document.pk: document for document in documents}
    kept = Harvested.objects.filter(document__in=by_pk, number__lte=1 + _NEAR).exclude(key="")
    # The last one to take its place in the dictionary is the first by number.
    firsts = {file.document_id: file for file in kept.order_by("-number")}
    return {pk: _small(by_pk[pk], file) for pk, file in firsts.items()}


def _picture(document: Document, file: Harvested) -> Picture:
    why = reasons.sentence(file.reason) if file.outcome == Outcome.FAILED or not file.key else ""
    return Picture(file, _address(document, f"original/{file.filename}"), _small(document, file), why)


def _small(document: Document, file: Harvested) -> str:
    stem = file.filename.rpartition(".")[0]
    return _address(document, f"processed/{_SMALL}/{stem}.{PROCESSORS[_SMALL].extension}")


def _metadata(document: Document) -> str:
    return _address(document, files.METADATA)


def _address(document: Document, path: str) -> str:
    return browsing.address(document.database, document.collection, document.folder, path)
