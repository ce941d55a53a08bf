"""The end of an account, with everything that ever belonged to it."""

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model
from django.utils.module_loading import import_string
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts import external, policies
from accounts.actors import Actor
from accounts.models import ApiKey, ExternalIdentity, User
from accounts.services.access import end_access
from imagehub.api import callers
from imagehub.api.models import Answer
from imagehub.events import audience
from imagehub.events.models import Event
from imagehub.images import services as images
from imagehub.images.models import Image
from imagehub.lib.errors import UserNotFound
from imagehub.lib.transactions import after_commit, write

Eraser = Callable[[User], None]
_AT_ONCE = 500


@write
def erase_account(user: User, *, by: Actor) -> None:
    """Erase an account: each feature's rows and objects, its sessions, tokens, keys and news, and itself.

    Objects go right after the commit. What is left is one internal fact that closes open sockets; it
    names nothing but the number the account had.
    """
    policies.require_self_or_staff(by, user)
    person = User.objects.select_for_update().filter(pk=user.pk).first()
    if person is None:
        raise UserNotFound
    _unname_in_log(person)
    for erase in _erasers():
        erase(person)
    images.discard(Image.objects.filter(owner=person))
    _end_sessions(person)
    OutstandingToken.objects.filter(user=person).delete()
    Event.objects.filter(audience=audience.user(person)).delete()
    Answer.objects.filter(caller__in=_callers(person)).delete()
    _keep_tokens_from_reviving(person)
    end_access(person)
    person.delete()


def _erasers() -> Iterator[Eraser]:
    # Features come after what they build on, so they let go of it first.
    for app in reversed(list(apps.get_app_configs())):
        if path := getattr(app, "erases_accounts_with", None):
            yield import_string(path)


def _unname_in_log(person: User) -> None:
    """Let the log of staff tell what was done to an account and its things by their numbers alone."""
    told = LogEntry.objects.order_by().values("content_type").distinct()
    for kind in ContentType.objects.filter(pk__in=told):
        model = kind.model_class()  # none of an app that is gone
        for numbers in _numbers(model, person) if model else ():
            entries = LogEntry.objects.filter(content_type=kind, object_id__in=numbers)
            entries.update(object_repr=F("object_id"))


def _numbers(model: type[Model], person: User) -> Iterator[list[str]]:
    """Go through the keys of all rows of a model that belong to an account, some at a time, as the log holds them."""
    owners = [field.name for field in model._meta.fields if field.related_model is User]  # noqa: SLF001  # Django's
    for name in ["pk"] if model is User else owners:
        keys = model._default_manager.filter(**{name: person.pk}).values_list("pk", flat=True).iterator()  # noqa: SLF001  # likewise
        while some := [str(key) for key in islice(keys, _AT_ONCE)]:
            yield some


def _callers(person: User) -> list[str]:
    keys = ApiKey.objects.filter(owner=person).values_list("public_id", flat=True)
    return [callers.user(person.public_id), *map(callers.key, keys)]


def _end_sessions(person: User) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in UserSession.objects.filter(user=person).values_list("session_key", flat=True):
        store.delete(key)


def _keep_tokens_from_reviving(person: User) -> None:
    for issuer, subject in ExternalIdentity.objects.filter(user=person).values_list("issuer", "subject"):
        after_commit(external.remember_erasure, issuer, subject)
