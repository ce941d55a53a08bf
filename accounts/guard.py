"""Guessing passwords is slow: at most ten tries a minute for an account, and ten from an address.

A try counts from the moment it is made and is given back when it succeeds, so that a burst gains nothing.
Where somebody signed in to the account from the same address before, account and address together have a
budget of their own: strangers who use up the others cannot keep them out.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from operator import methodcaller

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import KnownAddress, User
from imagehub.lib import shared
from imagehub.lib.addresses import household
from imagehub.lib.digests import keyed
from imagehub.lib.errors import Throttled

TRIES = 10
WINDOW = 60  # seconds


@dataclass(frozen=True)
class Attempt:
    """One try to sign in, counted already."""

    address: str
    counters: tuple[str, ...]

    def succeeded(self, user: User) -> None:
        """Give the try back, and know the address from now on."""
        self.give_back()
        _remember(user, self.address)

    def give_back(self) -> None:
        """Undo the counting."""
        for counter in self.counters:
            with suppress(ValueError):  # forgotten meanwhile
                shared.ask(methodcaller("decr", counter))


def admit(login: str, user: User | None, address: str) -> Attempt:
    """Count a try at `login` (which leads to `user` or nobody) from a network address; Throttled when spent."""
    place = household(address)
    if not settings.THROTTLING:
        return Attempt(place, ())
    budgets = _budgets(login, user, place)
    window, elapsed = divmod(time.time(), WINDOW)
    attempt = Attempt(place, tuple(f"{budget}:{int(window)}" for budget in budgets))
    before = [f"{budget}:{int(window) - 1}" for budget in budgets]
    used = [_used(now, earlier, elapsed) for now, earlier in zip(attempt.counters, before, strict=True)]
    if max(used) > TRIES:
        # Tries that were refused are not held against the next minute.
        attempt.give_back()
        raise Throttled(retry_after=round(WINDOW - elapsed) + WINDOW // TRIES)
    return attempt


def _budgets(login: str, user: User | None, place: str) -> list[str]:
    account = f"account {user.pk}" if user else f"login {login.strip().lower()}"
    # Asked for unknown people too: the answer takes as long.
    is_known = KnownAddress.objects.filter(user_id=user.pk if user else 0, digest=_digest(place)).exists()
    names = [f"{account} at {place}"] if is_known else [account, f"address {place}"]
    return [f"guard:{_digest(name)}" for name in names]


def _used(counter: str, earlier: str, elapsed: float) -> float:
    """Count one try and return how many fell into the last 60 seconds, the previous window in proportion."""
    before: int = shared.ask(lambda store: store.get(earlier, 0))
    return shared.count(counter, seconds=2 * WINDOW + 5) + before * (1 - elapsed / WINDOW)


def _remember(user: User, place: str) -> None:
    row = {"user": user, "digest": _digest(place)}
    if KnownAddress.objects.filter(**row).update(last_seen=timezone.now()):
        return
    with suppress(IntegrityError), transaction.atomic():  # a parallel sign-in may be faster
        KnownAddress.objects.create(**row)


def _digest(text: str) -> str:
    return keyed("guard", [text.encode()]).hex()
