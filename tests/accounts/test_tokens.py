"""Tokens of our own: pairs, rotation, families."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from accounts import bearers, services, tokens
from accounts.models import TokenFamily, User
from imagehub.events.catalog import Kind
from imagehub.events.models import Event
from imagehub.lib.errors import InvalidToken
from tests.conftest import PASSWORD

Api = Callable[..., APIClient]
ME = "/api/v1/auth/me"
REFRESH = "/api/v1/auth/token/refresh"


def _refresh(api: Api, token: str) -> tuple[int, dict[str, str]]:
    answer = api().post(REFRESH, {"refresh": token})
    return answer.status_code, answer.json()


def test_signing_in_by_name_or_address_gives_a_pair_that_works(ada: User, api: Api) -> None:
    for login in ("ada", "ADA", "ada@example.org", "Ada@Example.ORG"):
        answer = api().post("/api/v1/auth/token", {"username": login, "password": PASSWORD})
        assert (answer.status_code, set(answer.json())) == (200, {"access", "refresh"})
        client = api()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
        assert client.get(ME).json()["id"] == ada.public_id


def test_a_refresh_token_works_once_and_using_it_again_ends_the_sign_in(ada: User, api: Api) -> None:
    first = tokens.issue(ada)
    status, second = _refresh(api, first.refresh)
    assert status == 200

    assert _refresh(api, first.refresh)[0] == 401

    assert _refresh(api, second["refresh"])[0] == 401
    for access in (first.access, second["access"]):
        with pytest.raises(InvalidToken):
            bearers.identify(access)
    assert TokenFamily.objects.get().revoked_at is not None
    assert list(Event.objects.values_list("kind", "audience")) == [(Kind.ACCESS_ENDED, f"user:{ada.pk}")]


def test_another_sign_in_goes_on_when_one_family_ends(ada: User) -> None:
    lost, kept = tokens.issue(ada), tokens.issue(ada)

    tokens.revoke(lost.refresh)

    assert bearers.identify(kept.access).user == ada
    assert tokens.rotate(kept.refresh).access


@pytest.mark.django_db(transaction=True)
def test_of_parallel_refreshes_exactly_one_wins_and_its_tokens_hold(ada: User) -> None:
    pair = tokens.issue(ada)
    claims = tokens.read(pair.refresh, kind="refresh")
    gate = threading.Barrier(6)
    won: list[tokens.Pair] = []
    lost: list[str] = []

    def refresh() -> None:
        gate.wait()
        try:
            # All have seen the token unspent before the first takes the lock.
            won.append(tokens._rotated(claims))  # noqa: SLF001  # the step that two requests run side by side
        except InvalidToken as refusal:
            lost.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=refresh) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), lost) == (1, ["INVALID_TOKEN"] * 5)
    assert bearers.identify(won[0].access).user == ada
    assert tokens.rotate(won[0].refresh).access


def test_signing_out_ends_every_token_of_the_sign_in_at_once(ada: User, api: Api) -> None:
    pair = tokens.issue(ada)
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")

    assert api().post("/api/v1/auth/logout", {"refresh": pair.refresh}).status_code == 204

    answer = client.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_TOKEN")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert _refresh(api, pair.refresh)[0] == 401


def test_an_access_token_ends_with_the_password_the_standing_and_the_account(ada: User, bea: User) -> None:
    changed, disabled = tokens.issue(ada), tokens.issue(bea)
    services.set_password(ada, "another long password")
    User.objects.filter(pk=bea.pk).update(is_active=False)

    for pair in (changed, disabled):
        with pytest.raises(InvalidToken):
            bearers.identify(pair.access)
        with pytest.raises(InvalidToken):
            tokens.rotate(pair.refresh)


def test_access_and_refresh_tokens_do_not_stand_in_for_one_another(ada: User, api: Api) -> None:
    pair = tokens.issue(ada)
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.refresh}")

    assert client.get(ME).status_code == 401
    assert _refresh(api, pair.access)[0] == 401
    assert TokenFamily.objects.get().revoked_at is None


def test_verifying_tells_good_tokens_from_spent_and_foreign_ones(ada: User, api: Api) -> None:
    first = tokens.issue(ada)
    second = tokens.rotate(first.refresh)

    def verify(token: str) -> tuple[int, object]:
        answer = api().post("/api/v1/auth/token/verify", {"token": token})
        return answer.status_code, answer.json().get("code")

    assert verify(second.access) == verify(second.refresh) == (200, None)
    assert verify(first.refresh) == verify("rubbish") == verify("a.b.c") == (401, "INVALID_TOKEN")


def test_a_used_up_token_is_not_kept(ada: User) -> None:
    tokens.rotate(tokens.issue(ada).refresh)

    assert list(OutstandingToken.objects.values_list("token", "user")) == [("", ada.pk)]


def test_knowing_who_asks_costs_one_query(ada: User, django_assert_num_queries: Any) -> None:
    access = tokens.issue(ada).access
    with django_assert_num_queries(1):
        assert bearers.identify(access).user.public_id == ada.public_id


def test_our_own_tokens_live_as_long_as_the_contract_says() -> None:
    assert timedelta(minutes=15) == api_settings.ACCESS_TOKEN_LIFETIME
    assert timedelta(days=7) == api_settings.REFRESH_TOKEN_LIFETIME
