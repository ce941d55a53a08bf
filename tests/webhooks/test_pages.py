"""The pages of webhooks, as somebody without scripts sees them."""

import re

import pytest
from django.test import Client

from accounts.models import User
from imagehub.events.catalog import Kind
from imagehub.webhooks import fanout, sending
from imagehub.webhooks.models import Delivery, Endpoint
from tests.webhooks.conftest import Happen, Make
from tests.webhooks.receiver import Receiver

ALL = "/accounts/webhooks/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client, ada: User) -> Client:
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, path: str = ALL) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_webhook_is_made_and_its_secret_shown_once(browser: Client, receiver: Receiver) -> None:
    assert "None yet." in shown(browser)
    page = browser.post(ALL, {"url": receiver.url, "description": "My <shop>", "events": ["edit.*"]}).content.decode()
    assert re.search(r'value="whsec_[^"]{44}"', page)
    assert "My &lt;shop&gt;" in page
    again = shown(browser)
    assert "whsec_" not in again
    assert receiver.url in again
    assert Endpoint.objects.get().events == ["edit.*"]


def test_what_is_refused_is_said_at_its_field(browser: Client) -> None:
    answer = browser.post(ALL, {"url": "https://10.0.0.1/"})
    assert answer.status_code == 400
    assert "This address does not lead to the public internet." in answer.content.decode()
    assert Endpoint.objects.count() == 0


def test_the_log_shows_what_came_of_each_message(
    browser: Client, ada: User, make: Make, happen: Happen, receiver: Receiver
) -> None:
    endpoint = make(ada).row
    one = f"{ALL}{endpoint.public_id}/"
    happen(ada, Kind.EDIT_SAVED)
    receiver.status = 500
    fanout.fan_out()
    sending.send_some()
    page = shown(browser, one)
    assert "edit.saved" in page
    assert "The server answered 500. ·" in page
    receiver.status = 410
    browser.post(f"{one}test/")
    sending.send_some()
    assert "it answered that it is gone" in shown(browser, one)
    for verb, ending in (("on", ""), ("off", "paused"), ("on", "")):
        assert browser.post(f"{one}{verb}/").status_code == 302
        assert Endpoint.objects.get().ending == ending
    browser.post(f"{one}missed/")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}
    assert "whsec_" in browser.post(f"{one}secret/").content.decode()
    assert browser.post(f"{one}delete/")["Location"] == ALL
    assert Endpoint.objects.count() == 0


def test_another_finds_nothing_and_a_stranger_signs_in_first(client: Client, ada: User, bea: User, make: Make) -> None:
    one = f"{ALL}{make(ada).row.public_id}/"
    assert client.get(one)["Location"].startswith("/accounts/login/")
    client.force_login(bea, backend="django.contrib.auth.backends.ModelBackend")
    assert "None yet." in shown(client)
    for verb in ("test", "on", "off", "missed", "secret", "delete"):
        assert client.post(f"{one}{verb}/").status_code == 404
    assert client.get(one).status_code == 404
    assert Endpoint.objects.get().ending == ""


def test_staff_see_every_webhook_in_the_admin_and_switch_it_off(
    client: Client, staff: User, ada: User, make: Make, happen: Happen
) -> None:
    User.objects.filter(pk=staff.pk).update(is_superuser=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    endpoint = make(ada).row
    happen(ada)
    fanout.fan_out()
    assert endpoint.url in shown(client, "/admin/webhooks/endpoint/")
    assert Endpoint.objects.get().secret not in shown(client, f"/admin/webhooks/endpoint/{endpoint.pk}/change/")
    assert "edit.saved" in shown(client, "/admin/webhooks/delivery/")
    action = {"action": "switch_off", "_selected_action": [endpoint.pk]}
    client.post("/admin/webhooks/endpoint/", action)
    assert Endpoint.objects.get().ending == "paused"
