"""New accounts."""

from collections.abc import Callable, Mapping

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import confirmation, names
from accounts.models import User
from imagehub.lib.errors import Invalid
from imagehub.lib.transactions import write

Judge = Callable[[], object]  # raises ValidationError

NAME_TAKEN = _("This user name is taken.")
EMAIL_TAKEN = _("An account with this e-mail address exists already.")


def draft(username: str, email: str, password: str) -> User:
    """Return a new account that is not saved yet, its password hashed; Invalid names each field at fault.

    Hashing is slow on purpose, so it is done here, outside the transaction of `register`.
    """
    user = User(username=username.strip().lower(), email=email.strip().lower())
    if faults := _faults(user, password):
        raise Invalid(details=faults)
    user.set_password(password)
    return user


@write
def register(user: User) -> User:
    """Save a drafted account; of parallel ones with the same name or address exactly one is made."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Invalid(details=taken(user)) from None
    return user


def register_quietly(user: User) -> bool:
    """Save a drafted account unless its address is taken, and tell whether it was saved.

    For callers that must not let strangers know which addresses have accounts.
    """
    try:
        register(user)
    except Invalid as refusal:
        if set(refusal.details or ()) != {"email"}:
            raise
        return False
    return True


def _faults(user: User, password: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = taken(user)
    if confirmation.is_mandatory():
        found.pop("email", None)
    judges: dict[str, Judge] = {
        "username": lambda: names.clean(user.username),
        "email": lambda: validate_email(user.email),
        "password": lambda: validate_password(password, user),
    }
    return found | faults_in(judges)


def faults_in(judges: Mapping[str, Judge]) -> dict[str, list[str]]:
    """Let each field be judged, and return the sentences about those that are not valid."""
    found: dict[str, list[str]] = {}
    for field, judge in judges.items():
        try:
            judge()
        except ValidationError as error:
            found[field] = [str(message) for message in error.messages]
    return found


def taken(user: User) -> dict[str, list[str]]:
    """Return what of an account another one has already, by field."""
    others = User.objects.exclude(pk=user.pk)
    found: dict[str, list[str]] = {}
    if others.filter(username=user.username).exists():
        found["username"] = [str(NAME_TAKEN)]
    if user.email and others.filter(email=user.email).exists():
        found["email"] = [str(EMAIL_TAKEN)]
    return found
