"""Boards: choosing images of a library and putting them in order.

Everything here holds the library's owner locked, so that one request counts after the other and no image goes
meanwhile.
"""

from collections.abc import Sequence

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from accounts.policies import require_may_act_for
from generated import boards
from generated.models import Board, Generated, Pin, Status
from generated.services import keeping
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.images.sharing.links import LONGEST_NAME
from imagehub.lib.bounds import named, require_room
from imagehub.lib.errors import ImageNotFound, Invalid
from imagehub.lib.transactions import write

MOST_BOARDS = 200
MOST_PINS = 200


@write
def create(name: str, *, owner: User, by: Actor) -> Board:
    """Put up an empty board in a library."""
    require_may_act_for(by, owner)
    fresh = Board(owner=owner, name=named(name, LONGEST_NAME))
    keeping.lock(owner)
    require_room(Board.objects.filter(owner=owner).count() + 1, MOST_BOARDS)
    fresh.save(force_insert=True)
    tell(Kind.BOARD_CREATED, fresh)
    return fresh


@write
def rename(board_id: str, name: str, *, by: Actor) -> Board:
    """Call a board something else; the name that it has already is no news."""
    board = locked(board_id, by=by)
    cleaned = named(name, LONGEST_NAME)
    if cleaned != board.name:
        board.name = cleaned
        board.save(update_fields=["name"])
        touch(board)
    return board


@write
def delete(board_id: str, *, by: Actor) -> None:
    """Take a board down, with every link to it; its images stay in the library."""
    board = locked(board_id, by=by)
    tell(Kind.BOARD_DELETED, board)
    board.delete()


@write
def pin(board_id: str, image_ids: Sequence[str], *, by: Actor) -> Board:
    """Hang images of the same library last on a board, all or none; one that hangs there already stays where it is."""
    board = locked(board_id, by=by)
    present = set(board.pins.values_list("generated_id", flat=True))
    fresh = [pk for pk in _found(board.owner, image_ids) if pk not in present]
    require_room(len(present) + len(fresh), MOST_PINS)
    if fresh:
        start = (board.pins.aggregate(last=Max("position"))["last"] or 0) + 1
        Pin.objects.bulk_create(
            Pin(board=board, generated_id=pk, position=place) for place, pk in enumerate(fresh, start)
        )
        touch(board)
    return board


@write
def unpin(board_id: str, image_id: str, *, by: Actor) -> Board:
    """Take an image off a board; it stays in the library."""
    board = locked(board_id, by=by)
    if not board.pins.filter(generated__public_id=image_id).delete()[0]:
        raise ImageNotFound
    touch(board)
    return board


@write
def arrange(board_id: str, image_ids: Sequence[str], *, by: Actor) -> Board:
    """Put what is to be seen on a board in this order; Invalid unless it names each image once."""
    board = locked(board_id, by=by)
    seen = {pin.generated.public_id: pin for pin in board.pins.live().in_order().select_related("generated")}
    if len(image_ids) != len(seen) or set(image_ids) != set(seen):
        raise Invalid(details={"images": [_("Name each image of the board exactly once.")]})
    if list(image_ids) == list(seen):
        return board
    hidden = board.pins.filter(generated__status=Status.DELETED).in_order()
    order = [*(seen[image_id] for image_id in image_ids), *hidden]
    for place, each in enumerate(order):
        each.position = place
    Pin.objects.bulk_update(order, ["position"])
    touch(board)
    return board


def locked(board_id: str, *, by: Actor) -> Board:
    """Return a board that `by` may change, as it is now that nobody else can change it or the library behind it."""
    keeping.lock(boards.seen_by(by, board_id).owner)
    return boards.seen_by(by, board_id)


def touch(board: Board) -> None:
    """Remember and say that something about a board is new."""
    board.updated_at = timezone.now()
    board.save(update_fields=["updated_at"])
    tell(Kind.BOARD_CHANGED, board)


def tell(kind: Kind, board: Board) -> None:
    """Say what happened to a board; its name and images are asked for by whoever wants them."""
    facts = {"board_id": board.public_id, "user_id": board.owner.public_id}
    outbox.record(kind, audience=audience.user(board.owner), data=facts)


def _found(owner: User, image_ids: Sequence[str]) -> list[int]:
    """Return the keys of these images of a library, or ImageNotFound if one is not there or in the recycle bin."""
    wanted = list(dict.fromkeys(image_ids))
    rows = Generated.objects.of(owner).filter(public_id__in=wanted).exclude(status=Status.DELETED)
    known = dict(rows.values_list("public_id", "pk"))
    if len(known) != len(wanted):
        raise ImageNotFound
    return [known[image_id] for image_id in wanted]
