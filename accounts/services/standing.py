"""What an account is called and what it may use."""

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts import names, policies
from accounts.actors import Actor
from accounts.models import Plan, User
from accounts.services.registration import Judge, faults_in, taken
from imagehub.lib.errors import Invalid
from imagehub.lib.transactions import write

_CHANGEABLE = {"username", "email", "is_listed"}


@write
def change_profile(user: User, changes: Mapping[str, object], *, by: Actor) -> User:
    """Change `username`, `email` or `is_listed`; a new address must be confirmed anew where that is asked for."""
    policies.require_self_or_staff(by, user)
    person = User.objects.select_for_update().get(pk=user.pk)
    before = person.email
    for field, value in changes.items():
        if field in _CHANGEABLE:
            setattr(person, field, value.strip().lower() if isinstance(value, str) else value)
    _judge(person, changes)
    _save(person)
    if person.email != before:
        _replace_address(person)
    return person


@write
def set_plan(user: User, plan: Plan, *, by: Actor) -> User:
    """Change what an account may use; for staff only."""
    policies.require_staff(by)
    user.plan = plan
    user.save(update_fields=["plan"])
    return user


def _judge(person: User, changes: Mapping[str, object]) -> None:
    judges: dict[str, Judge] = {
        "username": lambda: names.clean(person.username),
        "email": lambda: validate_email(person.email),
    }
    if faults := faults_in({field: judge for field, judge in judges.items() if field in changes}):
        raise Invalid(details=faults)


def _save(person: User) -> None:
    faults = taken(person)
    if faults:
        raise Invalid(details=faults)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Invalid(details=taken(person)) from None


def _replace_address(person: User) -> None:
    # A password reset goes to any address on record, so the old one must not stay there.
    EmailAddress.objects.filter(user=person).delete()
    if person.email:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)
