"""The browser's way in: the same limits, names and consequences as the API's."""

import pytest
from django.test import Client

from accounts import bearers, tokens
from accounts.adapter import AccountAdapter
from accounts.models import User
from imagehub.events.catalog import Kind
from imagehub.events.models import Event
from imagehub.lib.errors import InvalidToken
from tests.conftest import PASSWORD

LOGIN, SIGNUP, LOGOUT = "/accounts/login/", "/accounts/signup/", "/accounts/logout/"


def _is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_signing_up_keeps_one_spelling_and_signs_in(client: Client, db: None) -> None:
    form = {"username": "Grace", "email": "Grace@Example.org", "password1": PASSWORD}
    assert client.post(SIGNUP, form).status_code == 302
    user = User.objects.get()
    assert (user.username, user.email, user.plan, _is_in(client)) == ("grace", "grace@example.org", "free", True)


@pytest.mark.parametrize(
    "change",
    [{"username": "ADA"}, {"username": "a@b.example"}, {"email": "ADA@example.org"}, {"password1": "password"}],
    ids=str,
)
def test_a_bad_sign_up_makes_nobody(change: dict[str, str], client: Client, ada: User) -> None:
    form = {"username": "grace", "email": "grace@example.org", "password1": PASSWORD, **change}
    client.post(SIGNUP, form)
    assert (list(User.objects.all()), _is_in(client)) == ([ada], False)


def test_the_eleventh_guess_is_429_in_the_browser_too(client: Client, ada: User) -> None:
    statuses = [client.post(LOGIN, {"login": "ada", "password": "no"}).status_code for _ in range(12)]
    assert set(statuses[:10]) <= {200, 400}
    assert statuses[10:] == [429, 429]


def test_the_browser_and_the_api_share_the_budget(client: Client, ada: User) -> None:
    for _ in range(5):
        client.post(LOGIN, {"login": "ada", "password": "no"})
    statuses = [
        client.post(
            "/api/v1/auth/token", {"username": "ada", "password": "no"}, content_type="application/json"
        ).status_code
        for _ in range(6)
    ]
    assert statuses == [401] * 5 + [429]


def test_the_session_gets_a_new_id_at_the_door_and_dies_at_the_exit(client: Client, ada: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["sessionid"] = fixed = str(session.session_key)

    client.post(LOGIN, {"login": "ada@example.org", "password": PASSWORD})
    inside = client.cookies["sessionid"].value
    assert (_is_in(client), inside == fixed) == (True, False)

    client.post(LOGOUT)
    client.cookies["sessionid"] = inside
    assert client.get("/api/v1/auth/me").status_code == 401
    assert list(Event.objects.values_list("kind", "audience")) == [(Kind.ACCESS_ENDED, f"user:{ada.pk}")]


def test_a_new_password_ends_every_token_and_every_other_browser(client: Client, ada: User) -> None:
    other = Client()
    for browser in (client, other):
        browser.post(LOGIN, {"login": "ada", "password": PASSWORD})
    access = tokens.issue(ada).access
    fresh = "quite another long password"
    form = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}

    assert client.post("/accounts/password/change/", form).status_code == 302

    assert client.get("/api/v1/auth/me").status_code == 200
    assert other.get("/api/v1/auth/me").status_code == 401
    with pytest.raises(InvalidToken):
        bearers.identify(access)


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "http://testserver/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        " //evil.example",
        "evil.example",
        "",
        None,
        "//user@evil.example",
        "/%0d%0a/../\\evil\x00",
    ],
)
def test_next_never_leaves_the_site(url: str | None) -> None:
    assert AccountAdapter().is_safe_url(url) is False


@pytest.mark.parametrize("url", ["/", "/pictures/", "/pictures/?a=1&next=https://evil.example", "/a//b"])
def test_next_may_be_any_path_of_ours(url: str) -> None:
    assert AccountAdapter().is_safe_url(url) is True
