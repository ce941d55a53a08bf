"""Boards as their owners and clients see them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.actors import Actor
from accounts.models import User
from accounts.policies import may_act_for
from generated import listing
from generated.models import Board, Pin, ShareLink, Status
from imagehub.images.links import image_url
from imagehub.images.models import Image
from imagehub.lib import ids
from imagehub.lib.errors import NotFound

_LIVE = ~Q(pins__generated__status=Status.DELETED) & Q(pins__isnull=False)


class BoardCard(TypedDict):
    """A board, spelled as the clients of the API know it."""

    id: str
    user_id: str
    name: str
    count: int
    cover_url: str | None
    created_at: str
    updated_at: str


class LinkCard(TypedDict):
    """A link to a board; its token is nobody's to read again."""

    id: str
    recipient: str
    has_password: bool
    policy: str
    opened_count: int
    created_at: str
    expires_at: str
    is_open: bool


def seen_by(by: Actor, board_id: str) -> Board:
    """Return the board with this id and its owner, or NotFound where there is none or it is somebody else's."""
    rows = Board.objects.filter(public_id=board_id).select_related("owner")
    found = next(iter(rows[:1]), None) if ids.is_public_id(board_id) else None
    if found is None or not may_act_for(by, found.owner):
        raise NotFound
    return found


def pins_of(board: Board) -> list[Pin]:
    """Return what is to be seen on a board, in its order; one query."""
    return list(board.pins.live().in_order().select_related("generated__image", "generated__owner"))


def items_of(board: Board) -> list[listing.Card]:
    """Return the images of a board as cards."""
    return [listing.card(pin.generated) for pin in pins_of(board)]


def card(board: Board) -> BoardCard:
    """Return one board."""
    return _cards(_counted(Board.objects.filter(pk=board.pk)))[0]


def rows_of(owner: User) -> list[Board]:
    """Return all boards of a user with `live`, how many images are to be seen on each; last changed, first here."""
    return _counted(Board.objects.filter(owner=owner))


def cards_of(owner: User) -> list[BoardCard]:
    """Return all boards of a user, the one that changed last first; two queries."""
    return _cards(rows_of(owner))


def counted(boards: QuerySet[Board]) -> QuerySet[Board]:
    """Return boards with `live`, how many images are to be seen on each."""
    return boards.annotate(live=Count("pins", filter=_LIVE))


def covers_of(boards: Iterable[Board], most: int = 1) -> dict[int, list[Image]]:
    """Return the first images of each board; one query."""
    place = Window(RowNumber(), partition_by=F("board"), order_by=[F("position"), F("id")])
    found: dict[int, list[Image]] = {board.pk: [] for board in boards}
    pins = Pin.objects.live().filter(board__in=found).annotate(place=place).filter(place__lte=most)
    for pin in pins.select_related("generated__image").order_by("place"):
        found[pin.board_id].append(pin.generated.image)
    return found


def links_of(board: Board) -> list[ShareLink]:
    """Return the links to a board that were not taken back, newest first."""
    return list(board.links.filter(revoked_at__isnull=True).order_by("-pk"))


def link_card(link: ShareLink) -> LinkCard:
    """Return one link."""
    return {
        "id": link.public_id,
        "recipient": link.recipient,
        "has_password": bool(link.password),
        "policy": link.policy,
        "opened_count": link.opened_count,
        "created_at": _said(link.created_at),
        "expires_at": _said(link.expires_at),
        "is_open": link.is_open,
    }


def _counted(boards: QuerySet[Board]) -> list[Board]:
    return list(counted(boards).select_related("owner").order_by("-updated_at", "-pk"))


def _cards(rows: list[Board]) -> list[BoardCard]:
    covers = covers_of(rows)
    return [_card(board, getattr(board, "live", 0), covers[board.pk]) for board in rows]


def _card(board: Board, count: int, covers: list[Image]) -> BoardCard:
    return {
        "id": board.public_id,
        "user_id": board.owner.public_id,
        "name": board.name,
        "count": count,
        "cover_url": image_url(covers[0], "w320") if covers else None,
        "created_at": _said(board.created_at),
        "updated_at": _said(board.updated_at),
    }


def _said(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
