"""What workers have in hand: steps, the documents in them, and the addresses still to be visited."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Kept:
    """The file that an address has given before."""

    key: str
    sha256: str
    etag: str
    last_modified: str
    shared_with: tuple[tuple[int, int], ...] = ()  # rows and numbers of other addresses whose file it is too


@dataclass(slots=True, eq=False)
class Errand:
    """An address to visit."""

    row: int
    url: str
    number: int
    attempts: int  # made so far for this job, counted on while it is visited
    parcel: "Parcel"  # of which it is one of the errands
    kept: Kept | None = None

    @property
    def has_twins(self) -> bool:
        """Whether other addresses share its file."""
        return self.kept is not None and bool(self.kept.shared_with)


@dataclass(slots=True, eq=False)
class Parcel:
    """A document of a step; it is closed when nothing of it is left."""

    item: int
    document: int
    home: str  # the key below which its files lie
    claim: "Claim"
    left: int = 0  # addresses that are not settled
    renewed: set[int] = field(default_factory=set)  # rows that were given a file of their own
    turn: Lock = field(default_factory=Lock)  # of those who change a file that others share


@dataclass(slots=True, eq=False)
class Claim:
    """A step that is leased to us."""

    step: int
    job: int
    tries: int
    parcels: list[Parcel] = field(default_factory=list)
    due_at: datetime | None = None  # when what could not be done now may be tried again
    waiting: deque[Errand] = field(default_factory=deque)  # addresses nobody has gone to yet
    visits: int = 0  # that are under way, or not settled yet
    left: int = 0  # parcels that are not closed
    closing: int = 0  # parcels about to be closed
    is_resting: bool = False  # about to be let go

    def put_off(self, seconds: float) -> None:
        """Let it be tried again after a while, or earlier if something else of it asks for that."""
        due_at = timezone.now() + timedelta(seconds=seconds)
        self.due_at = min(self.due_at or due_at, due_at)

    @property
    def rests(self) -> bool:
        """Whether nothing of it is under way."""
        return not (self.waiting or self.visits or self.closing)


@dataclass(frozen=True, slots=True)
class File:
    """A picture that was fetched, judged and put into the storage."""

    key: str
    content_type: str
    width: int
    height: int
    size: int
    md5: str
    sha256: str
    moved: dict[int, str] = field(default_factory=dict)  # rows that shared the former file -> its copy of their own


@dataclass(frozen=True, slots=True)
class Result:
    """How a visit ended."""

    errand: Errand
    outcome: str  # an Outcome; empty when the address is to be visited again
    host: str = ""
    reason: str = ""
    change: str = ""  # added, changed or none
    seconds: float = 0.0
    file: File | None = None
    final_url: str = ""
    etag: str = ""
    last_modified: str = ""
