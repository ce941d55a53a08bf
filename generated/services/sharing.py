"""Links to boards for people without an account."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from generated.models import ShareLink
from generated.services import boards
from imagehub.images.sharing import terms
from imagehub.images.sharing.terms import Terms
from imagehub.lib.errors import Conflict, NotFound
from imagehub.lib.transactions import write

__all__ = ["MOST_LINKS", "Terms", "revoke", "share"]

MOST_LINKS = 20  # that are open, to one board


def share(board_id: str, agreed: Terms, *, by: Actor) -> tuple[ShareLink, str]:
    """Make a link to a board, and return it with its token, which nobody can ask for again."""
    draft, token = terms.drafted(ShareLink, agreed)
    return _added(draft, board_id, by=by), token


@write
def _added(draft: ShareLink, board_id: str, *, by: Actor) -> ShareLink:
    draft.board = boards.locked(board_id, by=by)
    draft.board.links.ended_before(timezone.now() - terms.REMEMBERED).delete()
    if draft.board.links.open().count() >= MOST_LINKS:
        sentence = _("A board has at most %(most)d links. Take one back first.") % {"most": MOST_LINKS}
        raise Conflict(sentence, details={"limit": MOST_LINKS})
    draft.pk = None
    draft.save(force_insert=True)
    boards.touch(draft.board)
    return draft


@write
def revoke(board_id: str, link_id: str, *, by: Actor) -> None:
    """Take a link back at once; one that was taken back already is not there."""
    board = boards.locked(board_id, by=by)
    if not board.links.filter(public_id=link_id, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        raise NotFound
    boards.touch(board)
