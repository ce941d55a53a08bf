"""Tokens of outside issuers: the many that are refused, and whom the good ones lead to."""

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from django.core.cache import cache
from django.db import connection
from pytest_django import Settings

from accounts import bearers, jwks, services
from accounts.issuers import Issuer
from accounts.models import ExternalIdentity, Plan, User
from imagehub.lib.errors import InvalidToken
from tests.accounts import issuing
from tests.accounts.issuing import claims, configuration, published, raw, resigned, signed
from tests.loopback import Server, always, answer, serving

NOW = int(time.time())
HEADER = {"alg": "RS256", "typ": "JWT", "kid": "RS256"}
PUBLIC_PEM = issuing.RSA_KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


@pytest.fixture
def issuer(settings: Settings, db: None) -> Iterator[Server]:
    """A real issuer with good keys."""
    jwks.forget()
    with serving(always(answer(json.dumps(published()).encode()))) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        settings.JWT_ISSUERS = [configuration(server.url)]
        yield server
    jwks.forget()


def refused(token: str) -> bool:
    with pytest.raises(InvalidToken):
        bearers.identify(token)
    return True


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_good_token_leads_to_an_account(algorithm: str, issuer: Server) -> None:
    bearer = bearers.identify(signed(claims(), algorithm=algorithm))

    identity = ExternalIdentity.objects.get()
    assert (identity.issuer, identity.subject, identity.user) == (issuing.ISSUER, "person-1", bearer.user)
    assert (bearer.user.public_id, bearer.user.plan, bearer.user.has_usable_password()) == ("person-1", "free", False)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": str(NOW + 3600)},
        {"exp": NOW + 3600.5},
        {"exp": 10**20},
        {"exp": True},
        {"nbf": NOW + 3600},
        {"iat": NOW + 3600},
        {"iat": "now"},
        {"aud": None},
        {"aud": "other"},
        {"aud": ["other", "another"]},
        {"aud": 7},
        {"iss": None},
        {"iss": "https://other.example"},
        {"iss": issuing.ISSUER + "/"},
        {"iss": issuing.ISSUER.upper()},
        {"iss": issuing.ISSUER[:-1]},
        {"iss": [issuing.ISSUER]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a" * 256},
        {"sub": "nul\0"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_token_with_a_bad_claim_is_refused(changes: dict[str, object], issuer: Server) -> None:
    payload = json.dumps(claims(**changes))
    assert refused(resigned(json.dumps(HEADER), payload))
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "nOnE"},
        {"alg": "HS256"},
        {"alg": "RS384"},
        {"alg": "ES256"},
        {"alg": 1},
        {"alg": None},
        {"kid": "../../dev/null"},
        {"kid": "' OR 1=1--"},
        {"kid": "http://127.0.0.1/key"},
        {"kid": "a" * 129},
        {"kid": ["RS256"]},
        {"kid": 1},
        {"kid": ""},
        {"kid": None},
        {"kid": "ES256"},
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
        {"b64": True},
        {"jku": "http://127.0.0.1/"},
        {"jwk": {"kty": "oct", "k": "eA"}},
        {"x5u": "http://127.0.0.1/"},
        {"x5c": ["eA"]},
        {"zip": "DEF"},
        {"typ": "logout+jwt"},
        {"typ": 1},
    ],
    ids=str,
)
def test_a_token_with_a_bad_header_is_refused(change: dict[str, object], issuer: Server) -> None:
    header = {name: value for name, value in {**HEADER, **change}.items() if value is not None}
    assert refused(resigned(json.dumps(header), json.dumps(claims())))
    assert issuer.connections <= 1
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        raw(json.dumps(HEADER), json.dumps(claims()), b""),
        raw(json.dumps(HEADER), json.dumps(claims())),
        raw("[]", "{}"),
        raw("{", "{}"),
        raw(json.dumps(HEADER), "[" * 4000),
        raw("\xff", "{}"),
        resigned('{"alg":"RS256","kid":"RS256","kid":"RS256"}', json.dumps(claims())),
        resigned(json.dumps(HEADER), json.dumps(claims())[:-1] + ', "sub": "person-1"}'),
        resigned(json.dumps(HEADER), json.dumps(claims(exp=float("nan")))),
        resigned(json.dumps(HEADER), json.dumps(claims(pad="a" * 8192))),
        signed(claims(), key=issuing.OTHER_RSA_KEY),
        "a" * 1_000_000,
        "." * 10_000,
    ],
    ids=lambda token: token[:12],
)
def test_what_is_no_token_of_the_issuer_is_refused_fast(token: str, issuer: Server) -> None:
    began = time.monotonic()
    assert refused(token)
    assert time.monotonic() - began < 1
    assert User.objects.count() == 0


def test_the_public_key_is_no_shared_secret(issuer: Server) -> None:
    jwk = json.dumps(published()["keys"][0])  # type: ignore[index]  # the set is our own
    for secret in (PUBLIC_PEM, PUBLIC_PEM.strip(), jwk.encode()):
        for algorithm in ("HS256", "RS256"):
            message = f"{issuing.segment(json.dumps({**HEADER, 'alg': algorithm}).encode())}."
            message += issuing.segment(json.dumps(claims()).encode())
            signature = hmac.new(secret, message.encode(), hashlib.sha256).digest()
            assert refused(f"{message}.{issuing.segment(signature)}")


def test_an_ecdsa_signature_of_zeros_is_refused(issuer: Server) -> None:
    message = f"{issuing.segment(json.dumps({**HEADER, 'alg': 'ES256', 'kid': 'ES256'}).encode())}."
    assert refused(message + issuing.segment(json.dumps(claims()).encode()) + "." + issuing.segment(bytes(64)))


def test_two_issuers_cannot_sign_for_one_another_and_share_no_subjects(issuer: Server, settings: Settings) -> None:
    other_name = "https://other.example"
    with serving(always(answer(json.dumps(published(suffix="-b")).encode()))) as other:
        settings.OUTBOUND_ALLOW = [*settings.OUTBOUND_ALLOW, f"127.0.0.1:{other.port}"]
        settings.JWT_ISSUERS = [*settings.JWT_ISSUERS, configuration(other.url, issuer=other_name)]

        first = bearers.identify(signed(claims())).user
        second = bearers.identify(signed(claims(iss=other_name), headers={"kid": "RS256-b"})).user
        assert refused(signed(claims(iss=other_name)))
        assert refused(signed(claims(), headers={"kid": "RS256-b"}))

    assert first.pk != second.pk
    assert (first.public_id, second.public_id[:5]) == ("person-1", "user_")


def test_a_subject_that_is_somebodys_name_or_id_is_somebody_else(issuer: Server, ada: User) -> None:
    for subject in ("ada", ada.public_id, "ada@example.org"):
        stranger = bearers.identify(signed(claims(sub=subject, email="ada@example.org"))).user
        assert (stranger.pk == ada.pk, stranger.email) == (False, None)


def test_a_subject_that_fits_no_path_gets_an_id_of_ours(issuer: Server) -> None:
    user = bearers.identify(signed(claims(sub="auth0|../1"))).user
    assert user.public_id.startswith("user_")
    assert bearers.identify(signed(claims(sub="auth0|../1"))).user == user


def test_the_plan_of_a_verified_token_is_the_accounts(issuer: Server) -> None:
    seen = [
        bearers.identify(signed(claims(plan=plan))).user.plan
        for plan in ("premium", None, "gold", ["premium"], 7, "free")
    ]
    assert seen == [Plan.PREMIUM, Plan.PREMIUM, Plan.PREMIUM, Plan.PREMIUM, Plan.PREMIUM, Plan.FREE]


def test_a_disabled_account_is_refused_and_not_made_again(issuer: Server) -> None:
    bearers.identify(signed(claims()))
    User.objects.update(is_active=False)
    assert refused(signed(claims()))
    assert User.objects.count() == 1


def test_an_erased_account_is_not_revived_by_the_token_that_was_open(
    issuer: Server, django_capture_on_commit_callbacks: Any
) -> None:
    token = signed(claims())
    user = bearers.identify(token).user
    with django_capture_on_commit_callbacks(execute=True):
        services.erase_account(user, by=user)

    assert refused(token)
    assert refused(signed(claims(iat=None)))
    assert User.objects.count() == ExternalIdentity.objects.count() == 0
    assert bearers.identify(signed(claims(iat=int(time.time()) + 2))).user.public_id == "person-1"


@pytest.mark.django_db(transaction=True)
def test_parallel_first_requests_make_one_account(issuer: Server) -> None:
    token, gate = signed(claims()), threading.Barrier(6)

    def arrive(_number: int) -> int:
        gate.wait()
        try:
            return bearers.identify(token).user.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(arrive, range(6)))

    assert len(found) == User.objects.count() == ExternalIdentity.objects.count() == 1
    assert issuer.connections == 1


def test_unknown_keys_are_asked_for_once_in_a_cool_down(issuer: Server) -> None:
    good = signed(claims())
    assert bearers.identify(good).user.public_id == "person-1"
    for number in range(100):
        assert refused(signed(claims(), headers={"kid": f"random-{number}"}))
    assert bearers.identify(good).user.public_id == "person-1"
    assert issuer.connections == 1


def test_a_new_key_is_found_after_the_cool_down(settings: Settings, db: None) -> None:
    jwks.forget()
    sets = [published(), published(suffix="-new")]

    def rotating(_head: bytes, connection: socket.socket) -> None:
        connection.sendall(answer(json.dumps(sets.pop(0)).encode()))

    with serving(rotating) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        settings.JWT_ISSUERS = [configuration(server.url)]
        assert bearers.identify(signed(claims())).user
        cache.delete(jwks._name("asked", Issuer(issuing.ISSUER, (), server.url, frozenset())))  # noqa: SLF001  # the name under which the other process would keep it
        assert bearers.identify(signed(claims(), headers={"kid": "RS256-new"})).user
        assert refused(signed(claims()))
    jwks.forget()


BAD_ANSWERS = {
    "error": answer(b"{}", "500 Internal Server Error"),
    "page": answer(b"<html>", content_type="text/html"),
    "large": answer(b" " * 50_000_000),
    "empty": answer(b'{"keys": []}'),
    "list": answer(b"[]"),
    "redirect": answer(status="302 Found", location="http://127.0.0.1:1/"),
    "secret": answer(b'{"keys": [{"kty": "oct", "k": "eHh4", "kid": "RS256", "alg": "HS256"}]}'),
    "odd": answer(b'{"keys": [1, {"kid": 1}, {"kid": "RS256", "kty": "RSA", "n": "x", "e": 7}]}'),
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_an_issuer_without_usable_keys_lets_nobody_in_and_keeps_those_known(
    kind: str, settings: Settings, db: None
) -> None:
    jwks.forget()
    good = answer(json.dumps(published()).encode())
    answers = [BAD_ANSWERS[kind], good, BAD_ANSWERS[kind]]

    with serving(lambda _head, connection: connection.sendall(answers.pop(0))) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        settings.JWT_ISSUERS = [configuration(server.url)]
        asked = jwks._name("asked", Issuer(issuing.ISSUER, (), server.url, frozenset()))  # noqa: SLF001  # likewise
        assert refused(signed(claims()))
        cache.delete(asked)
        assert bearers.identify(signed(claims())).user
        cache.delete(asked)
        assert refused(signed(claims(), headers={"kid": "unknown"}))
        assert bearers.identify(signed(claims())).user
    jwks.forget()


def test_keys_are_shared_between_processes_and_survive_the_issuer(issuer: Server) -> None:
    token = signed(claims())
    bearers.identify(token)
    issuer.stop()
    jwks.forget()

    assert bearers.identify(token).user.public_id == "person-1"
    assert issuer.connections == 1


def _silent(_head: bytes, connection: socket.socket) -> None:
    connection.recv(1)


def test_an_issuer_that_hangs_costs_three_seconds_at_most(settings: Settings, db: None) -> None:
    jwks.forget()
    with serving(_silent) as server:
        settings.OUTBOUND_ALLOW = [f"127.0.0.1:{server.port}"]
        settings.JWT_ISSUERS = [configuration(server.url)]
        began = time.monotonic()
        assert refused(signed(claims()))
        assert time.monotonic() - began < 3.5
        assert refused(signed(claims()))
        assert server.connections == 1
    jwks.forget()


def test_old_keys_serve_while_one_request_asks_for_new_ones(issuer: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    token = signed(claims())
    bearers.identify(token)
    monkeypatch.setattr(jwks, "FRESH_FOR", 0)
    for _ in range(3):
        assert bearers.identify(token).user.public_id == "person-1"
    assert issuer.connections == 1

    cache.delete(jwks._name("asked", Issuer(issuing.ISSUER, (), issuer.url, frozenset())))  # noqa: SLF001  # likewise
    for _ in range(3):
        assert bearers.identify(token).user.public_id == "person-1"
    assert issuer.connections == 2


def test_another_process_that_fetched_newer_keys_saves_us_the_question(issuer: Server) -> None:
    bearers.identify(signed(claims()))
    newer = json.dumps(published(suffix="-new")).encode()
    cache.set(jwks._name("keys", Issuer(issuing.ISSUER, (), issuer.url, frozenset())), (time.time() + 1, newer))  # noqa: SLF001  # likewise

    assert bearers.identify(signed(claims(), headers={"kid": "RS256-new"})).user.public_id == "person-1"
    assert issuer.connections == 1
