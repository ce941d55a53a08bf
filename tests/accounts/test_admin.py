"""The admin's doors lead to the services."""

import re

import pytest
from django.test import Client

from accounts import bearers, keys, tokens
from accounts.models import ApiKey, Plan, User
from imagehub.lib.errors import InvalidApiKey, InvalidToken
from tests.conftest import PASSWORD

PEOPLE, KEYS = "/admin/accounts/user/", "/admin/accounts/apikey/"


@pytest.fixture
def browser(db: None) -> Client:
    root = User.objects.create_superuser("root", "root@example.org", PASSWORD)
    made = Client()
    made.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/admin/login/?next=/admin/"])
def test_strangers_come_in_by_the_one_guarded_door(client: Client, address: str, db: None) -> None:
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith("/accounts/login/?next=%2Fadmin%2F")


def test_the_right_password_opens_nothing_at_the_admins_own_form(client: Client, staff: User) -> None:
    answer = client.post("/admin/login/", {"username": staff.username, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_staff_who_sign_in_arrive_at_the_admin(client: Client, staff: User) -> None:
    form = {"login": staff.username, "password": PASSWORD}
    answer = client.post("/accounts/login/?next=/admin/login/", form, follow=True)
    assert [address for address, _status in answer.redirect_chain] == ["/admin/login/", "/admin/"]
    assert answer.status_code == 200


def test_others_who_are_signed_in_are_refused(client: Client, ada: User) -> None:
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/", follow=True).status_code == 403


def test_people_are_listed_and_shown(browser: Client, ada: User) -> None:
    assert ada.public_id in browser.get(PEOPLE).content.decode()
    assert ada.public_id in browser.get(f"{PEOPLE}{ada.pk}/change/").content.decode()


@pytest.mark.parametrize(("action", "plan"), [("give_premium", Plan.PREMIUM), ("give_free", Plan.FREE)])
def test_staff_switches_plans(action: str, plan: Plan, browser: Client, ada: User) -> None:
    browser.post(PEOPLE, {"action": action, "_selected_action": [ada.pk]})
    ada.refresh_from_db()
    assert ada.plan == plan


def test_chosen_people_are_erased(browser: Client, ada: User, bea: User) -> None:
    form = {"action": "delete_selected", "_selected_action": [ada.pk, bea.pk], "post": "yes"}
    assert browser.post(PEOPLE, form).status_code == 302
    assert list(User.objects.values_list("username", flat=True)) == ["root"]


def test_disabling_an_account_ends_its_tokens(browser: Client, ada: User) -> None:
    access = tokens.issue(ada).access
    page = browser.post(f"{PEOPLE}{ada.pk}/change/", {"username": "ADA", "email": "", "plan": "premium"})
    assert page.status_code == 302
    ada.refresh_from_db()
    assert (ada.is_active, ada.username, ada.email, ada.plan) == (False, "ada", None, "premium")
    User.objects.update(is_active=True)
    with pytest.raises(InvalidToken):
        bearers.identify(access)


def test_a_password_set_by_staff_ends_tokens(browser: Client, ada: User) -> None:
    access = tokens.issue(ada).access
    form = {"password1": "another long password", "password2": "another long password", "usable_password": "true"}
    assert browser.post(f"{PEOPLE}{ada.pk}/password/", form).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password("another long password")
    with pytest.raises(InvalidToken):
        bearers.identify(access)


def test_a_service_key_is_shown_once_and_can_be_revoked(browser: Client) -> None:
    page = browser.post(f"{KEYS}add/", {"name": "robot", "scopes": ["harvest"]}, follow=True).content.decode()
    shown = re.search(r"ihk_\w{40}", page)
    assert shown is not None
    held = keys.identify(shown[0])
    assert (held.actor.pk, held.scopes) == (None, frozenset({"harvest"}))
    assert shown[0] not in browser.get(KEYS).content.decode()

    row = ApiKey.objects.get()
    assert browser.post(f"{KEYS}{row.pk}/change/", {"name": "other"}).status_code == 403
    browser.post(f"{KEYS}{row.pk}/delete/", {"post": "yes"})
    with pytest.raises(InvalidApiKey):
        keys.identify(shown[0])
    browser.post(KEYS, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert ApiKey.objects.get().revoked_at is not None
