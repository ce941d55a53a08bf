"""Getting in, and ending what was let in."""

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from accounts import confirmation, guard, tokens, users
from accounts.models import User
from accounts.tokens import Pair
from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from imagehub.lib.errors import Forbidden, InvalidCredentials
from imagehub.lib.transactions import write


def sign_in(login: str, password: str, *, address: str) -> Pair:
    """Begin a token family for who proves to be `login`; the same answer, as late, for everybody else."""
    user = users.by_login(login)
    attempt = guard.admit(login, user, address)
    if not _is_right(user, password):
        raise InvalidCredentials
    assert user is not None  # noqa: S101  # _is_right says so, and the type checker can't see it
    attempt.succeeded(user)
    _require_confirmed_address(user)
    return tokens.issue(user)


@write
def set_password(user: User, password: str) -> None:
    """Change a password: every token ends, and with the old hash every browser session but the one at hand."""
    user.set_password(password)
    user.save(update_fields=["password"])
    revoke_access(user)


@write
def revoke_access(user: User) -> None:
    """End every sign-in by token and let open sockets check again."""
    tokens.revoke_all(user)
    end_access(user)


@write
def end_access(user: User) -> None:
    """Make the open sockets of an account check their credentials once this is durable."""
    outbox.record(Kind.ACCESS_ENDED, audience=audience.user(user), data={})


def _require_confirmed_address(user: User) -> None:
    if not confirmation.is_given(user):
        raise Forbidden(_("Confirm your e-mail address first: sign in on the site to get the mail again."))


def _is_right(user: User | None, password: str) -> bool:
    if user is None:
        make_password(password)  # takes as long as comparing would
        return False
    return user.check_password(password) and user.is_active
