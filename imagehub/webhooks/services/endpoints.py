"""Endpoints of people, and of the installation: made, changed, given new secrets, and let go."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imagehub.events import relay
from imagehub.events.audience import HasKey
from imagehub.events.catalog import INTERNAL, Kind
from imagehub.lib import forgetting
from imagehub.lib.errors import Conflict, Invalid
from imagehub.lib.outbound import posting
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.transactions import write
from imagehub.webhooks import policies, secrets
from imagehub.webhooks.models import LONGEST_DESCRIPTION, LONGEST_URL, Ending, Endpoint
from imagehub.webhooks.policies import Caller
from imagehub.webhooks.services import outcomes

MOST = 20  # endpoints of one account, and of the installation
OVERLAP = timedelta(hours=24)  # for which a former secret signs too
VETTING = 5.0  # seconds for looking a name up

KINDS = tuple(str(kind) for kind in Kind if kind not in INTERNAL)
SUBJECTS = tuple(dict.fromkeys(f"{kind.partition('.')[0]}.*" for kind in KINDS))
_REFUSALS: Mapping[Reason, str | Promise] = {
    Reason.URL: _("Give a whole address that begins with https://."),
    Reason.ADDRESS: _("This address does not lead to the public internet."),
    Reason.UNKNOWN_HOST: _("There is no such host."),
    Reason.INSECURE: _("Only https:// keeps what is sent private."),
}


class Hearing(Enum):
    """Of whom an endpoint hears."""

    ONESELF = "me"
    EVERYBODY = "everybody"


@dataclass(frozen=True)
class Draft:
    """What somebody wants an endpoint to be."""

    url: str
    events: tuple[str, ...] = ()
    description: str = ""
    hears: Hearing = Hearing.ONESELF


@dataclass(frozen=True)
class New:
    """An endpoint with a secret that was just made, and can't be read again."""

    row: Endpoint
    secret: str


def create(wanted: Draft, *, by: Caller, secret: str | None = None) -> New:
    """Make an endpoint (with a fresh secret unless named) that is told what happens from now on."""
    judge(wanted, by=by)
    return create_judged(wanted, by=by, secret=secret or secrets.fresh())


def judge(wanted: Draft, *, by: Caller) -> None:
    """Refuse what can't be made, or not by them; looks names up, so it belongs before any transaction."""
    policies.endpoints_of(by)
    if wanted.hears is Hearing.EVERYBODY:
        policies.require_may_hear_everything(by)
    _judge({name: getattr(wanted, name) for name in _CLEANED})


@write
def create_judged(wanted: Draft, *, by: Caller, secret: str) -> New:
    """Make an endpoint that was judged."""
    owner_id = None if wanted.hears is Hearing.EVERYBODY else by.pk
    # The account's row is the lock under which its endpoints are counted.
    get_user_model()._default_manager.select_for_update().get(pk=by.pk or 0)  # noqa: SLF001  # Django's
    if Endpoint.objects.filter(owner_id=owner_id).count() >= MOST:
        raise Conflict(_("You have too many webhooks. Remove one that you don't use."))
    row = Endpoint.objects.create(
        owner_id=owner_id,
        **{name: cleaned(getattr(wanted, name)) for name, cleaned in _CLEANED.items()},
        secret=secrets.sealed(secret),
        since=relay.advance(),
    )
    return New(row, secret)


def change(endpoint_id: str, wanted: Mapping[str, Any], *, by: Caller) -> Endpoint:
    """Change an address, a description or the kinds that are wanted; what stays as it is is not judged again."""
    endpoint = policies.endpoint_of(by, endpoint_id)
    fresh = {name: value for name, value in wanted.items() if value != getattr(endpoint, name)}
    _judge(fresh)
    return _changed(endpoint_id, fresh, by)


@write
def _changed(endpoint_id: str, wanted: Mapping[str, Any], by: Caller) -> Endpoint:
    endpoint = _locked(endpoint_id, by)
    for name, value in wanted.items():
        setattr(endpoint, name, _CLEANED[name](value))
    if "url" in wanted:
        endpoint.milliseconds = None  # another receiver, which has to show that it answers soon
    endpoint.save(update_fields=[*wanted, "milliseconds"])
    return endpoint


@write
def rotate(endpoint_id: str, *, by: Caller) -> New:
    """Give an endpoint another secret; for a day the former one signs too."""
    endpoint = _locked(endpoint_id, by)
    secret = secrets.fresh()
    endpoint.former_secret, endpoint.former_until = endpoint.secret, timezone.now() + OVERLAP
    endpoint.secret = secrets.sealed(secret)
    endpoint.save(update_fields=["former_secret", "former_until", "secret"])
    return New(endpoint, secret)


@write
def switch_off(endpoint_id: str, *, by: Caller) -> Endpoint:
    """Send nothing more, and remember nothing of what happens until it is switched on again."""
    endpoint = _locked(endpoint_id, by)
    if not endpoint.ending:
        outcomes.end(endpoint, Ending.PAUSED)
    return endpoint


@write
def stop(endpoint: Endpoint, *, by: Caller) -> None:
    """Switch anybody's endpoint off; for staff."""
    policies.require_may_hear_everything(by)
    locked = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    if not locked.ending:
        outcomes.end(locked, Ending.PAUSED)


@write
def switch_on(endpoint_id: str, *, by: Caller) -> Endpoint:
    """Tell an endpoint again, from now on."""
    endpoint = _locked(endpoint_id, by)
    if endpoint.ending:
        endpoint.ending, endpoint.ended_at, endpoint.resting_until = "", None, None
        endpoint.since = relay.advance()
        endpoint.save(update_fields=["ending", "ended_at", "resting_until", "since"])
    return endpoint


@write
def remove(endpoint_id: str, *, by: Caller) -> None:
    """Let an endpoint go, with all that was sent to it."""
    _let_go(_locked(endpoint_id, by))


@write
def erase(person: HasKey) -> None:
    """Let all endpoints of an account go."""
    for endpoint in Endpoint.objects.select_for_update().filter(owner_id=person.pk).order_by("pk"):
        _let_go(endpoint)


def _let_go(endpoint: Endpoint) -> None:
    # Left to the cascade, each of its messages would be an object in memory first.
    forgetting.forget(endpoint.deliveries.order_by("-pk"))
    endpoint.delete()


def _locked(endpoint_id: str, by: Caller) -> Endpoint:
    found = policies.endpoint_of(by, endpoint_id)
    return Endpoint.objects.select_for_update().get(pk=found.pk)


def _judge(wanted: Mapping[str, Any]) -> None:
    faults: dict[str, list[str]] = {}
    if "url" in wanted and (sentence := _fault_of(wanted["url"])):
        faults["url"] = [sentence]
    if not {*wanted.get("events", ())} <= {*KINDS, *SUBJECTS}:
        faults["events"] = [str(_("Choose among the events that exist."))]
    if len(_text(wanted.get("description", ""))) > LONGEST_DESCRIPTION:
        faults["description"] = [str(_("Use at most 200 characters."))]
    if faults:
        raise Invalid(details=faults)


def _text(said: str) -> str:
    return said.strip()


def _each_once(events: Iterable[str]) -> list[str]:
    return sorted(set(events))


# What is kept of what somebody wants, by its column.
_CLEANED: Mapping[str, Callable[[Any], object]] = {"url": str, "events": _each_once, "description": _text}


def _fault_of(url: str) -> str:
    if len(url) > LONGEST_URL:
        return str(_REFUSALS[Reason.URL])
    try:
        posting.vet(url, deadline=VETTING)
    except Refused as refusal:
        return str(_REFUSALS.get(refusal.reason, _REFUSALS[Reason.UNKNOWN_HOST]))
    return ""
