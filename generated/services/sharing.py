"""Links to boards for people without an account; a link is its token, and of that only a digest is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from generated import reading
from generated.models import LONGEST_RECIPIENT, ShareLink
from generated.services import boards
from imagehub.images.pipeline.recipes import Policy
from imagehub.lib import ids
from imagehub.lib.digests import sha256
from imagehub.lib.errors import Conflict, Invalid, NotFound
from imagehub.lib.transactions import write

LIFE = timedelta(days=30)
LONGEST_LIFE = timedelta(days=366)
MOST_LINKS = 20  # that are open, to one board
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
TOKEN = 32  # characters of [0-9A-Za-z]: 190 bits
_REMEMBERED = timedelta(days=90)  # how long what has ended is kept


@dataclass(frozen=True)
class Terms:
    """For whom a link is, how long it leads somewhere, and what it gives away."""

    recipient: str = ""
    expires_at: datetime | None = None  # none: in 30 days
    password: str = ""
    policy: Policy = Policy.DROP


def share(board_id: str, terms: Terms, *, by: Actor) -> tuple[ShareLink, str]:
    """Make a link to a board, and return it with its token, which nobody can ask for again."""
    token = ids.base62(TOKEN)
    draft = ShareLink(
        digest=digest_of(token),
        recipient=_recipient(terms.recipient),
        expires_at=_end(terms.expires_at),
        password=_hashed(terms.password),
        policy=terms.policy,
    )
    return _added(draft, board_id, by=by), token


@write
def _added(draft: ShareLink, board_id: str, *, by: Actor) -> ShareLink:
    draft.board = boards.locked(board_id, by=by)
    links = draft.board.links
    long_ago = timezone.now() - _REMEMBERED
    (links.filter(revoked_at__lt=long_ago) | links.filter(expires_at__lt=long_ago)).delete()
    if links.open().count() >= MOST_LINKS:
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


@write
def opened(link: ShareLink) -> None:
    """Count that somebody looked at what a link leads to."""
    ShareLink.objects.filter(pk=link.pk).update(opened_count=F("opened_count") + 1)


def digest_of(token: str) -> str:
    """Return what is kept of a token; as that is random, a plain digest gives nothing away."""
    return sha256(token.encode())


def _recipient(said: str) -> str:
    cleaned = " ".join(reading.cleaned(said).split())
    if len(cleaned) > LONGEST_RECIPIENT:
        sentence = _("Use at most %(most)d characters.") % {"most": LONGEST_RECIPIENT}
        raise Invalid(details={"recipient": [sentence]})
    return cleaned


def _end(wish: datetime | None) -> datetime:
    now = timezone.now()
    end = wish or now + LIFE
    if not now < end <= now + LONGEST_LIFE:
        raise Invalid(details={"expires_at": [_("Choose a time within a year from now.")]})
    return end


def _hashed(password: str) -> str:
    if not password:
        return ""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        values = {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD}
        raise Invalid(details={"password": [_("Use %(least)d to %(most)d characters.") % values]})
    return make_password(password)
