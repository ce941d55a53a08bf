"""What has expired is forgotten; what is configured wrongly is said."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import Settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from accounts import checks, issuers, policies, tasks, tokens, users
from accounts.actors import Service
from accounts.models import TokenFamily, User
from imagehub.lib.errors import UserNotFound
from imagehub.lib.outbound import checks as outbound_checks
from tests.accounts.issuing import configuration


def test_what_has_expired_is_forgotten_and_the_rest_is_not(ada: User) -> None:
    past = timezone.now() - timedelta(seconds=1)
    tokens.rotate(tokens.issue(ada).refresh)
    TokenFamily.objects.update(expires_at=past)
    OutstandingToken.objects.update(expires_at=past)
    Session.objects.create(session_key="old", expire_date=past)
    Session.objects.create(session_key="new", expire_date=timezone.now() + timedelta(days=1))
    kept = tokens.rotate(tokens.issue(ada).refresh)

    tasks.forget()
    tasks.forget()

    assert (TokenFamily.objects.count(), BlacklistedToken.objects.count()) == (1, 1)
    assert tokens.rotate(kept.refresh).access
    assert Session.objects.get().session_key == "new"


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({}, []),
        ({"audience": ["a", "b"]}, []),
        ({"algorithms": "ES256"}, []),
        ({"issuer": ""}, ["accounts.E001"]),
        ({"issuer": "imagehub"}, ["accounts.E001"]),
        ({"issuer": "a" * 201}, ["accounts.E001"]),
        ({"audience": None}, ["accounts.E001"]),
        ({"audience": []}, ["accounts.E001"]),
        ({"algorithms": ["HS256"]}, ["accounts.E001"]),
        ({"algorithms": ["none"]}, ["accounts.E001"]),
        ({"algorithms": []}, ["accounts.E001"]),
        ({"jwks_url": "file:///etc/passwd"}, ["accounts.E001"]),
        ({"jwks_url": 7}, ["accounts.E001"]),
        ({"jwks_url": "http://issuer.example/keys"}, ["accounts.W001"]),
    ],
    ids=str,
)
def test_an_issuer_that_is_configured_wrongly_is_named(
    change: dict[str, object], ids: list[str], settings: Settings
) -> None:
    settings.JWT_ISSUERS = [configuration("https://issuer.example/keys", **change)]
    found = [*checks.issuers_are_complete(), *checks.issuers_keys_travel_safely()]
    assert [message.id for message in found] == ids


def test_an_issuer_named_twice_is_an_error(settings: Settings) -> None:
    settings.JWT_ISSUERS = [configuration("https://issuer.example/keys")] * 2
    assert [message.id for message in checks.issuers_are_complete()] == ["accounts.E002"]
    assert issuers.named("https://issuer.example/") is None


def test_an_allowance_that_cannot_be_read_is_an_error(settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1:8000", "localhost"]
    assert [message.id for message in outbound_checks.allowances_can_be_read()] == ["imagehub.E004"]


@pytest.mark.parametrize(
    "public_id", [".", "..", "*", "", "%2e%2e", "../etc", "-1 ", "١٢", "nul\0", "a" * 65, "unknown"]
)
def test_what_is_nobodys_id_finds_nobody(public_id: str, db: None) -> None:
    with pytest.raises(UserNotFound):
        users.by_public_id(public_id)


def test_who_may_act_for_whom(ada: User, bea: User, staff: User) -> None:
    robot = Service("robot", frozenset({"pictures"}))
    assert [policies.may_act_for(by, ada) for by in (ada, bea, staff, robot)] == [True, False, True, True]
    assert [users.by_public_id(ada.public_id), users.by_login("ADA"), users.by_login("?")] == [ada, ada, None]
