"""Guessing passwords is slow: at most ten tries a minute for an account, and ten from an address.

Where somebody signed in to the account from the same address before, account and address together have a
budget of their own: strangers who use up the others cannot keep them out.
"""

from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import KnownAddress, User
from imagehub.api import guessing
from imagehub.api.guessing import Tries
from imagehub.lib.addresses import household


@dataclass(frozen=True)
class Attempt:
    """One try to sign in, counted already."""

    address: str
    tries: Tries

    def succeeded(self, user: User) -> None:
        """Give the try back, and know the address from now on."""
        self.tries.give_back()
        _remember(user, self.address)


def admit(login: str, user: User | None, address: str) -> Attempt:
    """Count a try at `login` (which leads to `user` or nobody) from a network address; Throttled when spent."""
    place = household(address)
    budgets = _budgets(login, user, place) if settings.THROTTLING else []
    return Attempt(place, guessing.admit(budgets))


def _budgets(login: str, user: User | None, place: str) -> list[str]:
    account = f"account {user.pk}" if user else f"login {login.strip().lower()}"
    # Asked for unknown people too: the answer takes as long.
    is_known = KnownAddress.objects.filter(user_id=user.pk if user else 0, digest=guessing.digest_of(place)).exists()
    return [f"{account} at {place}"] if is_known else [account, guessing.place_budget(place)]


def _remember(user: User, place: str) -> None:
    row = {"user": user, "digest": guessing.digest_of(place)}
    if KnownAddress.objects.filter(**row).update(last_seen=timezone.now()):
        return
    with suppress(IntegrityError), transaction.atomic():  # a parallel sign-in may be faster
        KnownAddress.objects.create(**row)
