"""Confirming addresses by mail, where the operator asks for it (`EMAIL_CONFIRMATION=mandatory`).

Then registering answers alike for known and unknown addresses: the truth goes by mail to whoever owns it, once what is
kept of the request is committed. A server of mail that is away is an error to whoever registers, whose account stays;
signing in on the page sends the mail anew.
"""

from collections.abc import Callable
from functools import partial

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from imagehub.lib.transactions import write


def is_mandatory() -> bool:
    """Tell whether an account is good for nothing before its address is confirmed."""
    return bool(settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory")


def is_given(user: User) -> bool:
    """Tell whether this account may sign in as far as its address goes."""
    return not is_mandatory() or EmailAddress.objects.filter(user=user, verified=True).exists()


@write
def ask(request: HttpRequest, user: User) -> None:
    """Send a new account the mail whose link confirms its address."""
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
    _post(partial(address.send_confirmation, request, signup=True))


@write
def tell_the_owner(request: HttpRequest, email: str) -> None:
    """Tell who owns an address that somebody tried to register it again."""
    _post(partial(get_adapter(request).send_account_already_exists_mail, email))


def _post(mail: Callable[[], object]) -> None:
    transaction.on_commit(mail)  # not `after_commit`, which keeps to itself what fails
