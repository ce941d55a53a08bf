"""What is agreed about a link; a link is its token, and of that only a digest is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from imagehub.images.pipeline.recipes import Policy
from imagehub.images.sharing.links import LONGEST_RECIPIENT, L, Link
from imagehub.lib import ids
from imagehub.lib.digests import sha256
from imagehub.lib.errors import Invalid
from imagehub.lib.text import one_line
from imagehub.lib.transactions import write

LIFE = timedelta(days=30)
LONGEST_LIFE = timedelta(days=366)
REMEMBERED = timedelta(days=90)  # how long what has ended is kept
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128
TOKEN = 32  # characters of [0-9A-Za-z]: 190 bits


@dataclass(frozen=True)
class Terms:
    """For whom a link is, how long it leads somewhere, and what it gives away."""

    recipient: str = ""
    expires_at: datetime | None = None  # none: in 30 days
    password: str = ""
    policy: Policy = Policy.DROP


def drafted(kind: type[L], terms: Terms) -> tuple[L, str]:
    """Return a link that is not kept yet, with its token, which nobody can ask for again; Invalid for bad terms."""
    token = ids.base62(TOKEN)
    draft = kind(
        digest=digest_of(token),
        recipient=_recipient(terms.recipient),
        expires_at=_end(terms.expires_at),
        password=_hashed(terms.password),
        policy=terms.policy,
    )
    return draft, token


@write
def opened(link: Link) -> None:
    """Count that somebody looked at what a link leads to."""
    type(link)._default_manager.filter(pk=link.pk).update(opened_count=F("opened_count") + 1)  # noqa: SLF001  # Django's own name for it


def digest_of(token: str) -> str:
    """Return what is kept of a token; as that is random, a plain digest gives nothing away."""
    return sha256(token.encode())


def _recipient(said: str) -> str:
    cleaned = one_line(said)
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
