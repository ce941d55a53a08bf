import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.models import ApiKey, User
from imagehub.api import refusals
from imagehub.api.answers import as_page
from tests.conftest import PASSWORD

PRIVATE = [
    "/accounts/profile/",
    "/accounts/keys/",
    "/accounts/delete/",
    "/accounts/sessions/",
    "/accounts/password/change/",
]
PUBLIC = [
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-gone/",
    "/accounts/password/reset/key/done/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/gone/",
]
# What a strict content security policy forbids in a page.
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", re.IGNORECASE)


@pytest.fixture
def at_home(client: Client, ada: User) -> Client:
    """A browser in which Ada is signed in."""
    client.force_login(ada)
    return client


def is_frame_sound(html: str) -> bool:
    """Tell whether a page has one main part, one title, a language and nothing inline."""
    counts = [html.count(mark) for mark in ("<main ", "<h1", "<title>", 'class="skip"')]
    return counts == [1, 1, 1, 1] and '<html lang="en" dir="ltr">' in html and not INLINE.search(html)


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.django_db
def test_a_stranger_sees_a_sound_page(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert is_frame_sound(response.content.decode())


@pytest.mark.parametrize("address", PRIVATE)
def test_a_person_sees_a_sound_page(at_home: Client, address: str) -> None:
    response = at_home.get(address)
    assert response.status_code == 200
    assert is_frame_sound(response.content.decode())


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in_and_comes_back(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={address}"


def test_who_is_signed_in_starts_in_the_library(at_home: Client) -> None:
    assert "data-library" in at_home.get("/").content.decode()


@pytest.mark.django_db
def test_signing_up_makes_an_account_and_signs_in(client: Client) -> None:
    wanted = {"username": "Cleo", "email": "Cleo@Example.org", "password1": PASSWORD}
    response = client.post("/accounts/signup/", wanted)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    cleo = User.objects.get()
    assert (cleo.username, cleo.email) == ("cleo", "cleo@example.org")
    assert client.session["_auth_user_id"] == str(cleo.pk)


@pytest.mark.django_db
def test_a_refused_sign_up_keeps_what_was_typed_but_no_password(client: Client) -> None:
    response = client.post("/accounts/signup/", {"username": "cleo", "email": "nobody", "password1": "s3cret-word"})
    html = response.content.decode()
    assert 'value="cleo"' in html
    assert 'value="nobody"' in html
    assert "s3cret-word" not in html
    assert html.count('aria-invalid="true"') == 1
    assert not User.objects.exists()


@pytest.mark.parametrize("login", ["ada", "nobody"])
def test_a_wrong_sign_in_sounds_the_same_for_everybody(client: Client, ada: User, login: str) -> None:
    html = client.post("/accounts/login/", {"login": login, "password": "wrong"}).content.decode()
    assert re.findall(r'class="notice bad">.*?<span>(.*?)</span>', html, re.DOTALL)[:1] == [
        "The username and/or password you specified are not correct."
    ]
    assert f'value="{login}"' in html
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_away(client: Client, ada: User, target: str) -> None:
    response = client.post("/accounts/login/", {"login": "ada", "password": PASSWORD, "next": target})
    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_a_script_gets_refusals_by_field(client: Client, ada: User) -> None:
    sent = {"login": "", "password": "x"}
    response = client.post("/accounts/login/", sent, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 400
    assert response.json()["form"]["fields"]["login"]["errors"] == ["This field is required."]


def test_a_forgotten_password_is_replaced_by_mail(client: Client, ada: User) -> None:
    response = client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert response.headers["Location"] == "/accounts/password/reset/done/"
    [letter] = mail.outbox
    assert letter.subject == "ImageHub: A new password"
    assert letter.body.startswith("Hello ada,")
    [address] = re.findall(r"https?://[^/\s]+(/\S+)", str(letter.body))
    form = client.get(address, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "entirely new words"})
    ada.refresh_from_db()
    assert ada.check_password("entirely new words")


def test_a_changed_password_is_typed_once_and_keeps_this_session(at_home: Client, ada: User) -> None:
    wanted = {"oldpassword": PASSWORD, "password1": "entirely new words"}
    page = at_home.post("/accounts/password/change/", wanted, follow=True).content.decode()
    assert "Your password is changed." in page
    ada.refresh_from_db()
    assert ada.check_password("entirely new words")


def test_an_address_is_confirmed_by_the_link_in_the_mail(client: Client, db: None, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    wanted = {"username": "cleo", "email": "cleo@example.org", "password1": PASSWORD}
    response = client.post("/accounts/signup/", wanted)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session
    [letter] = mail.outbox
    assert letter.subject == "ImageHub: Confirm your e-mail"
    [address] = re.findall(r"https?://[^/\s]+(/\S+)", str(letter.body))
    page = client.get(address).content.decode()
    assert "cleo@example.org" in page
    assert is_frame_sound(page)
    client.post(address)
    assert EmailAddress.objects.get().verified


@pytest.mark.django_db
def test_asking_for_a_password_of_nobody_looks_the_same(client: Client) -> None:
    response = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert response.headers["Location"] == "/accounts/password/reset/done/"


def test_the_other_sessions_end_and_this_one_stays(client: Client, ada: User) -> None:
    other = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"})
    for browser in (other, client):
        browser.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    assert "Firefox · Windows" in client.get("/accounts/sessions/").content.decode()
    client.post("/accounts/sessions/")
    assert client.get("/accounts/profile/").status_code == 200
    assert other.get("/accounts/profile/").status_code == 302


def test_the_profile_changes(at_home: Client, ada: User) -> None:
    wanted = {"username": "Ada.L", "email": "Ada@New.example", "is_listed": "on"}
    response = at_home.post("/accounts/profile/", wanted, follow=True)
    assert 'data-tone="success"' in response.content.decode()
    ada.refresh_from_db()
    assert (ada.username, ada.email, ada.is_listed) == ("ada.l", "ada@new.example", True)


@pytest.mark.parametrize(("field", "value"), [("username", "bea"), ("username", "a b"), ("email", "bea@example.org")])
def test_a_refused_profile_changes_nothing(at_home: Client, ada: User, bea: User, field: str, value: str) -> None:
    wanted = {"username": "ada2", "email": "ada2@example.org", field: value}
    response = at_home.post("/accounts/profile/", wanted)
    html = response.content.decode()
    assert response.status_code == 400
    assert (html.count('aria-invalid="true"'), f'value="{value}"' in html) == (1, True)
    ada.refresh_from_db()
    assert (ada.username, ada.email) == ("ada", "ada@example.org")


def test_a_new_key_is_shown_once(at_home: Client, ada: User) -> None:
    wanted = {"name": "Laptop", "scopes": ["pictures", "events"], "days": "30"}
    response = at_home.post("/accounts/keys/", wanted)
    assert "no-store" in response.headers["Cache-Control"]
    [secret] = re.findall(r'value="(ihk_\w+)"', response.content.decode())
    key = ApiKey.objects.get(owner=ada)
    assert (key.name, key.scopes) == ("Laptop", ["events", "pictures"])
    later = at_home.get("/accounts/keys/").content.decode()
    assert ("Laptop" in later, secret in later) == (True, False)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"days": "7000"}])
def test_a_refused_key_is_not_made(at_home: Client, wrong: dict[str, object]) -> None:
    wanted = {"name": "Laptop", "scopes": ["pictures"], "days": "30", **wrong}
    assert at_home.post("/accounts/keys/", wanted).status_code == 400
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_by_its_owner_only(at_home: Client, client: Client, ada: User, bea: User) -> None:
    at_home.post("/accounts/keys/", {"name": "Laptop", "scopes": ["pictures"], "days": "0"})
    key = ApiKey.objects.get()
    stranger = Client()
    stranger.force_login(bea)
    assert stranger.post(f"/accounts/keys/{key.public_id}/revoke/").status_code == 404
    assert ApiKey.objects.live().count() == 1
    part = at_home.post(f"/accounts/keys/{key.public_id}/revoke/", headers={"HX-Request": "true"})
    assert (part.status_code, "<main" in part.content.decode()) == (200, False)
    assert ApiKey.objects.live().count() == 0


def test_the_account_goes_only_with_its_password(at_home: Client, ada: User) -> None:
    assert at_home.post("/accounts/delete/", {"password": "wrong"}).status_code == 400
    assert User.objects.count() == 1
    response = at_home.post("/accounts/delete/", {"password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "Your account and everything in it is gone." in response.content.decode()
    assert not User.objects.exists()
    assert "_auth_user_id" not in at_home.session


def test_signing_out_takes_a_form(at_home: Client) -> None:
    assert is_frame_sound(at_home.get("/accounts/logout/").content.decode())
    assert at_home.post("/accounts/logout/").headers["Location"] == "/"
    assert "_auth_user_id" not in at_home.session


def test_an_account_has_one_address_and_one_place_to_change_it(at_home: Client) -> None:
    assert at_home.get("/accounts/email/").headers["Location"] == "/accounts/profile/"


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_what_went_wrong_is_said_without_a_database(rf: RequestFactory, status: int) -> None:
    response = as_page(rf.get("/somewhere/"), refusals.of_status(status))
    assert response.status_code == status
    assert is_frame_sound(response.content.decode())


@pytest.mark.parametrize(("language", "name"), [("es", "Español"), ("fr", "Français")])
@pytest.mark.django_db
def test_the_language_switch_stays_on_the_page(client: Client, language: str, name: str) -> None:
    response = client.post("/language/", {"language": language, "next": "/accounts/login/"}, follow=True)
    assert response.redirect_chain == [("/accounts/login/", 302)]
    html = response.content.decode()
    assert f'<html lang="{language}"' in html
    assert re.search(rf'lang="{language}" aria-pressed="true">{name}<', html)
