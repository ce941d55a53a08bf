"""The routes of accounts: registering, one's own account, keys."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import keys, services, tokens
from accounts.models import ApiKey, Plan, TokenFamily, User
from accounts.services import KeyDraft
from imagehub.api.models import Answer
from imagehub.lib.errors import Forbidden
from tests.conftest import PASSWORD
from tests.servers import free_port

Api = Callable[..., APIClient]
REGISTER, TOKEN, ME, KEYS = (f"/api/v1/auth/{name}" for name in ("register", "token", "me", "api-keys"))
SMTP = "django.core.mail.backends.smtp.EmailBackend"
GOOD = {"username": "Grace", "email": "Grace@Example.org", "password": PASSWORD}


def test_registering_makes_a_free_account(api: Api, db: None) -> None:
    answer = api().post(REGISTER, GOOD)

    user = User.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": user.public_id, "username": "grace", "email": "grace@example.org", "plan": "free"}
    assert len(user.public_id) == 32
    assert user.public_id.startswith("user_")
    assert user.check_password(PASSWORD)


def test_registering_again_with_the_same_idempotency_key_makes_one_account(api: Api, db: None) -> None:
    first, again = (api().post(REGISTER, GOOD, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"username": ""}, {"username"}),
        ({"username": None}, {"username"}),
        ({"username": "a"}, {"username"}),
        ({"username": "a" * 65}, {"username"}),
        ({"username": "a@b.example"}, {"username"}),
        ({"username": "../etc"}, {"username"}),
        ({"username": "_x_"}, {"username"}),
        ({"username": "two words"}, {"username"}),
        ({"username": "nul\0l"}, {"username"}),
        ({"username": "graсe"}, {"username"}),  # noqa: RUF001  # a Cyrillic letter
        ({"username": "ADA"}, {"username"}),
        ({"email": "ADA@example.ORG"}, {"email"}),
        ({"email": "no address"}, {"email"}),
        ({"email": ["a@b.example"]}, {"email"}),
        ({"password": "short"}, {"password"}),
        ({"password": "password123"}, {"password"}),
        ({"password": "grace@example.org"}, {"password"}),
        ({"password": "a" * 1025}, {"password"}),
        ({"username": "ada", "email": "ada@example.org", "password": "1"}, {"username", "email", "password"}),
    ],
    ids=lambda case: "+".join(sorted(case)),
)
def test_a_bad_registration_names_the_fields_and_makes_nothing(
    change: dict[str, object], fields: set[str], ada: User, api: Api
) -> None:
    answer = api().post(REGISTER, {**GOOD, **change})

    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert set(answer.json()["details"]) == fields
    assert all(isinstance(messages, list) for messages in answer.json()["details"].values())
    assert list(User.objects.all()) == [ada]


def test_what_only_staff_may_set_is_ignored(ada: User, api: Api) -> None:
    wish = {"is_staff": True, "is_superuser": True, "plan": "premium", "id": "x", "user_id": 1, "public_id": "x"}

    assert api().post(REGISTER, {**GOOD, **wish}).json()["plan"] == "free"
    assert api(ada).patch(ME, wish, HTTP_X_USER_ID="x").json()["plan"] == "free"

    assert not User.objects.filter(is_staff=True).exists()
    assert not User.objects.exclude(plan=Plan.FREE).exists()
    assert not User.objects.filter(public_id="x").exists()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(ada: User, api: Api) -> None:
    answers = [
        api().post(TOKEN, {"username": name, "password": "not this one"})
        for name in ("ada", "nobody", "ada@example.org", "no@example.org")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}
    assert answers[0].json()["code"] == "INVALID_CREDENTIALS"
    assert "WWW-Authenticate" in answers[0].headers
    assert not TokenFamily.objects.exists()


def test_a_disabled_account_cannot_sign_in(ada: User, api: Api) -> None:
    User.objects.update(is_active=False)
    answer = api().post(TOKEN, {"username": "ada", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_CREDENTIALS")


def test_where_addresses_must_be_confirmed_they_are_for_tokens_too(ada: User, api: Api, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    body = {"username": "ada", "password": PASSWORD}
    answer = api().post(TOKEN, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")
    assert not TokenFamily.objects.exists()
    assert api().post(TOKEN, {**body, "password": "no"}).json()["code"] == "INVALID_CREDENTIALS"

    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    assert api().post(TOKEN, body).status_code == 200


def test_a_new_address_takes_the_place_of_the_old_one_for_password_resets(ada: User, api: Api) -> None:
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    api(ada).patch(ME, {"email": "ADA@new.example"})
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("ada@new.example", False, True)]


def test_ones_own_account_can_be_seen_and_changed(ada: User, api: Api) -> None:
    assert api(ada).get(ME).json() == {
        "id": ada.public_id,
        "username": "ada",
        "email": "ada@example.org",
        "plan": "free",
        "isListed": False,
        "createdAt": ada.date_joined.isoformat().replace("+00:00", "Z"),
    }
    changed = api(ada).patch(ME, {"username": "Ada.L", "email": "ADA@new.example", "isListed": True}).json()
    assert (changed["username"], changed["email"], changed["isListed"]) == ("ada.l", "ada@new.example", True)
    assert api(ada).patch(ME, {}).json() == changed


@pytest.mark.parametrize(
    "change", [{"username": "BEA"}, {"email": "bea@example.org"}, {"username": "@"}, {"email": "x"}]
)
def test_a_refused_change_changes_nothing(change: dict[str, str], ada: User, bea: User, api: Api) -> None:
    answer = api(ada).patch(ME, {"isListed": True, **change})

    assert (answer.status_code, set(answer.json()["details"])) == (400, set(change))
    ada.refresh_from_db()
    assert (ada.username, ada.email, ada.is_listed) == ("ada", "ada@example.org", False)


def test_a_key_is_shown_once_and_works_within_its_scopes(ada: User, api: Api) -> None:
    answer = api(ada).post(KEYS, {"name": "Laptop", "scopes": ["events", "pictures"]})
    made = answer.json()
    row = ApiKey.objects.get()

    assert answer.status_code == 201
    assert set(made) == {"id", "name", "scopes", "hint", "createdAt", "expiresAt", "lastUsedAt", "key"}
    assert (row.digest, row.hint) == (keys.digest(made["key"]), made["key"][:10])
    listed = api(ada).get(KEYS).json()
    assert listed == [{name: value for name, value in made.items() if name != "key"}]

    held = keys.identify(made["key"])
    assert (held.actor, held.scopes, held.public_id) == (ada, frozenset({"events", "pictures"}), made["id"])
    refused = api().get(ME, HTTP_X_API_KEY=made["key"])
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")


def test_making_a_key_again_shows_the_same_key_and_keeps_it_nowhere(ada: User, api: Api) -> None:
    wish = {"name": "Laptop", "scopes": ["events"]}
    first, again = (api(ada).post(KEYS, wish, HTTP_IDEMPOTENCY_KEY="once") for _ in range(2))

    assert (first.status_code, again.json()) == (201, first.json())
    assert ApiKey.objects.count() == 1
    assert first.json()["key"] not in Answer.objects.get().body
    assert keys.identify(first.json()["key"]).actor == ada


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 81}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"scopes": "events"}, "scopes"),
        ({"expiresAt": "yesterday"}, "expiresAt"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
    ],
    ids=str,
)
def test_a_bad_wish_for_a_key_makes_none(change: dict[str, object], field: str, ada: User, api: Api) -> None:
    answer = api(ada).post(KEYS, {"name": "Laptop", "scopes": ["events"], **change})
    assert (answer.status_code, set(answer.json()["details"])) == (400, {field})
    assert not ApiKey.objects.exists()


def test_two_keys_hold_side_by_side_and_revoking_ends_one(ada: User, bea: User, api: Api) -> None:
    old, new = (services.create_key(ada, KeyDraft(name, ("pictures",)), by=ada) for name in ("old", "new"))

    for client, status in ((api(bea), 404), (api(ada), 204), (api(ada), 404)):
        assert client.delete(f"{KEYS}/{old.row.public_id}").status_code == status
    assert api(ada).delete(f"{KEYS}/nothing").status_code == 404

    assert keys.identify(new.secret).actor == ada
    assert [key["name"] for key in api(ada).get(KEYS).json()] == ["new"]
    assert api().get(ME, HTTP_X_API_KEY=old.secret).json()["code"] == "INVALID_API_KEY"


def test_a_key_that_does_not_hold_is_401_even_where_the_address_is_public(ada: User, api: Api) -> None:
    expired = services.create_key(ada, KeyDraft("k", ("pictures",)), by=ada)
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for key in (
        expired.secret,
        "wrong",
        "secure-api-key-here",
        "a" * 10_000,
        "a,b",
        "two words",
        keys.digest(expired.secret),
    ):
        answer = api().post(REGISTER, GOOD, HTTP_X_API_KEY=key)
        assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_API_KEY")
        assert "WWW-Authenticate" in answer.headers
    assert api().get(f"{ME}?api_key={expired.secret}&X-API-Key={expired.secret}").status_code == 401
    assert User.objects.count() == 1


def test_the_keys_of_a_disabled_person_end(ada: User, api: Api) -> None:
    made = services.create_key(ada, KeyDraft("k", ("pictures",)), by=ada)
    User.objects.update(is_active=False)
    assert api().get(ME, HTTP_X_API_KEY=made.secret).json()["code"] == "INVALID_API_KEY"


def test_use_of_a_key_is_recorded_at_most_once_a_minute(ada: User, django_assert_num_queries: Any) -> None:
    made = services.create_key(ada, KeyDraft("k", ("pictures",)), by=ada)
    for queries in (2, 1, 1):
        with django_assert_num_queries(queries):
            keys.identify(made.secret)
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    keys.identify(made.secret)
    assert ApiKey.objects.filter(last_used_at__gt=timezone.now() - timedelta(seconds=5)).exists()


def test_the_environments_key_is_a_harvesting_service(settings: Settings, db: None) -> None:
    settings.API_KEY = "k" * 40
    held = keys.identify("k" * 40)
    assert (str(held.actor), held.scopes, held.actor.is_staff, held.actor.pk) == (
        "environment",
        frozenset({"harvest"}),
        False,
        None,
    )


def test_only_staff_makes_keys_for_services(ada: User, staff: User) -> None:
    wish = KeyDraft("robot", ("harvest",))
    with pytest.raises(Forbidden):
        services.create_service_key(wish, by=ada)
    assert not ApiKey.objects.exists()
    held = keys.identify(services.create_service_key(wish, by=staff).secret)
    assert (held.actor.pk, held.scopes) == (None, frozenset({"harvest"}))


def test_nobody_but_staff_makes_a_key_that_harvests(ada: User, staff: User, api: Api) -> None:
    wish = {"name": "robot", "scopes": ["harvest"]}
    refused = api(ada).post(KEYS, wish)
    assert (refused.status_code, list(refused.json()["details"])) == (400, ["scopes"])
    assert not ApiKey.objects.exists()
    assert api(staff).post(KEYS, wish).status_code == 201


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Bearer {}", 200),
        ("bearer {}", 200),
        ("BEARER   {}", 200),
        (" Bearer {} ", 200),
        ("Bearer {},Bearer {}", 401),
        ("Bearer {}, Bearer other", 401),
        ("Bearer other, Bearer {}", 401),
        ("Bearer {} {}", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        ("{}", 401),
        ("Token {}", 401),
        ("JWT {}", 401),
        ("Basic YWRhOmFkYQ==", 401),
        ("Bearer\t{}", 401),
    ],
)
def test_the_authorization_header_is_read_one_way(header: str, status: int, ada: User, api: Api) -> None:
    token = tokens.issue(ada).access
    answer = api().get(ME, HTTP_AUTHORIZATION=header.format(token, token))
    assert answer.status_code == status


def test_a_bad_token_is_401_even_where_the_address_is_public(api: Api, db: None) -> None:
    answer = api().post(REGISTER, GOOD, HTTP_AUTHORIZATION="Bearer x")
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_TOKEN")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="imagehub", error="invalid_token"'
    assert not User.objects.exists()


def test_a_token_in_the_address_is_not_looked_at(ada: User, api: Api) -> None:
    token = tokens.issue(ada).access
    assert api().get(f"{ME}?token={token}&access_token={token}").json()["code"] == "NOT_AUTHENTICATED"


def test_the_stronger_credential_decides_and_no_weaker_one_helps(ada: User, bea: User, api: Api) -> None:
    key = services.create_key(bea, KeyDraft("k", ("pictures",)), by=bea).secret
    assert api(ada).get(ME, HTTP_X_API_KEY=key).json()["id"] == ada.public_id
    assert api().get(ME, HTTP_AUTHORIZATION="Bearer x", HTTP_X_API_KEY=key).json()["code"] == "INVALID_TOKEN"


def test_a_browsers_session_needs_the_csrf_token_to_change_anything(ada: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(ME).json()["id"] == ada.public_id

    refused = browser.patch(ME, {"isListed": True}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "CSRF_FAILED")
    ada.refresh_from_db()
    assert ada.is_listed is False

    browser.cookies["csrftoken"] = "a" * 32
    allowed = browser.patch(ME, {"isListed": True}, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert (allowed.status_code, allowed.json()["isListed"]) == (200, True)


def test_strangers_are_told_to_sign_in(api: Api, db: None) -> None:
    for method, path in (
        ("get", ME),
        ("patch", ME),
        ("delete", ME),
        ("get", KEYS),
        ("post", KEYS),
        ("delete", f"{KEYS}/x"),
    ):
        answer = getattr(api(), method)(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "NOT_AUTHENTICATED")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="imagehub"'


def test_ten_wrong_tries_a_minute_are_enough(ada: User, api: Api) -> None:
    cache.clear()
    statuses = [api().post(TOKEN, {"username": "ada", "password": "no"}).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    answer = api().post(TOKEN, {"username": "nobody", "password": "no"})
    assert (answer.status_code, answer.json()["code"]) == (429, "THROTTLED")
    assert 1 <= int(answer.headers["Retry-After"]) <= 66


def test_a_view_that_says_nothing_of_its_own_obeys_the_scopes_of_keys(ada: User, staff: User, api: Api) -> None:
    def ask(made: services.NewKey) -> int:
        return api().get("/api/v1/events", HTTP_X_API_KEY=made.secret).status_code

    assert ask(services.create_key(ada, KeyDraft("k", ("pictures",)), by=ada)) == 403
    assert ask(services.create_key(ada, KeyDraft("k", ("events",)), by=ada)) == 200
    assert ask(services.create_service_key(KeyDraft("robot", ("harvest",)), by=staff)) == 403
    assert ask(services.create_service_key(KeyDraft("robot", ("events",)), by=staff)) in {200, 403}


@pytest.mark.django_db(transaction=True)
def test_where_addresses_are_confirmed_a_known_one_is_answered_like_a_new_one(
    ada: User, api: Api, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    new, known = (
        api().post(REGISTER, {**GOOD, "username": name, "email": email})
        for name, email in (("newcomer", "newcomer@example.org"), ("stranger", str(ada.email)))
    )

    assert (new.status_code, known.status_code) == (201, 201)
    assert [sorted(answer.json()) for answer in (new, known)] == [["email", "id", "plan", "username"]] * 2
    assert [mail.to for mail in mailoutbox] == [["newcomer@example.org"], [ada.email]]
    assert not User.objects.filter(username="stranger").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["grace@example.org", "ada@example.org"])
def test_a_mail_that_can_not_be_sent_is_told_and_holds_up_no_transaction(
    ada: User, address: str, api: Api, client: Client, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION, backend = "mandatory", settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (SMTP, "127.0.0.1", free_port())
    wanted = {**GOOD, "email": address}
    keyless = api().post(REGISTER, {**wanted, "username": "other", "email": f"other-{address}"})
    first, again = (api().post(REGISTER, wanted, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert [(answer.status_code, answer.json()["code"]) for answer in (keyless, first)] == [(500, "INTERNAL_ERROR")] * 2
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert User.objects.filter(email=address).count() == 1
    assert Answer.objects.get().status == 201

    settings.EMAIL_BACKEND = backend
    page = client.post("/accounts/login/", {"login": f"other-{address}", "password": PASSWORD})
    assert page.headers["Location"] == "/accounts/confirm-email/"
    assert [mail.to for mail in mailoutbox] == [[f"other-{address}"]]


@pytest.mark.django_db(transaction=True)
def test_where_addresses_are_confirmed_the_link_of_the_mail_opens_the_account(
    api: Api, client: Client, settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    api().post(REGISTER, GOOD)
    sign_in = {"username": GOOD["username"], "password": GOOD["password"]}
    assert api().post(TOKEN, sign_in).status_code == 403

    (link,) = re.findall(r"http://testserver(/accounts/\S+)", str(mailoutbox[0].body))
    client.post(link)

    assert api().post(TOKEN, sign_in).status_code == 200
