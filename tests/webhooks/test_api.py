"""The routes of webhooks: whose they are, what is refused, and that a secret is shown once."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import User
from accounts.services import KeyDraft
from imagehub.events.catalog import Kind
from imagehub.webhooks import fanout, sending, services
from imagehub.webhooks.models import Delivery, Endpoint
from tests.webhooks.conftest import Happen, Make
from tests.webhooks.receiver import Receiver

Api = Callable[..., APIClient]
ALL = "/api/v1/webhooks"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _real_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = "imagehub.urls"


def test_a_webhook_is_made_changed_and_let_go(ada: User, api: Api, receiver: Receiver) -> None:
    mine = api(ada)
    made = mine.post(ALL, {"url": receiver.url, "events": ["picture.*"], "description": " shop "})
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    one = made["Location"]
    body = made.json()
    assert body["secret"].startswith("whsec_")
    expected = {"id": body["id"], "url": receiver.url, "description": "shop", "events": ["picture.*"], "hears": "me"}
    assert {name: body[name] for name in expected} == expected
    assert [body[name] for name in ("isEnabled", "ending", "endedAt", "lastSuccessAt")] == [True, None, None, None]
    assert mine.get(one).json() == {name: value for name, value in body.items() if name != "secret"}
    assert mine.get(ALL).json() == [mine.get(one).json()]
    changed = mine.patch(one, {"events": [], "isEnabled": False}).json()
    assert (changed["events"], changed["isEnabled"], changed["ending"]) == ([], False, "paused")
    assert mine.patch(one, {"isEnabled": True}).json()["ending"] is None
    rotated = mine.post(f"{one}/secret").json()
    assert rotated["secret"] != body["secret"]
    assert mine.delete(one).status_code == 204
    assert mine.get(one).status_code == 404


def test_one_whose_host_is_gone_is_switched_off_and_renamed_but_leads_to_no_other_such(
    ada: User, api: Api, make: Make, receiver: Receiver
) -> None:
    mine, one = api(ada), f"{ALL}/{make(ada, 'job.*').row.public_id}"
    Endpoint.objects.update(url="https://gone.invalid/hook")
    whole = {**mine.get(one).json(), "description": " old shop ", "isEnabled": False}
    changed = mine.patch(one, {name: whole[name] for name in ("url", "description", "isEnabled")}).json()
    assert (changed["description"], changed["ending"], changed["events"]) == ("old shop", "paused", ["job.*"])
    assert mine.patch(one, {"url": "https://lost.invalid/hook"}).json()["details"].keys() == {"url"}
    assert mine.patch(one, {"url": receiver.url}).json()["url"] == receiver.url


def test_the_same_request_makes_one_webhook_and_shows_its_secret_again(ada: User, api: Api, receiver: Receiver) -> None:
    mine = api(ada)
    first, second = (mine.post(ALL, {"url": receiver.url}, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    assert first.json() == second.json()
    assert Endpoint.objects.count() == 1


def test_what_was_sent_can_be_read_and_sent_again(ada: User, api: Api, make: Make, happen: Happen) -> None:
    mine, one = api(ada), f"{ALL}/{make(ada).row.public_id}"
    for kind in (Kind.EDIT_SAVED, Kind.EDIT_REVERTED):
        happen(ada, kind)
    fanout.fan_out()
    sending.send_some()
    assert mine.post(f"{one}/test").status_code == 202
    page = mine.get(f"{one}/deliveries?limit=2").json()
    assert [(item["type"], item["state"], item["tries"]) for item in page["items"]] == [
        ("webhook.test", "pending", 0),
        ("edit.reverted", "delivered", 1),
    ]
    rest = mine.get(f"{one}/deliveries?limit=2&cursor={page['next']}").json()
    assert ([item["type"] for item in rest["items"]], rest["next"]) == (["edit.saved"], None)
    assert [item["type"] for item in mine.get(f"{one}/deliveries?state=pending").json()["items"]] == ["webhook.test"]
    sent = mine.get(f"{one}/deliveries/{rest['items'][0]['id']}").json()
    assert (sent["body"]["type"], sent["nextAt"]) == ("edit.saved", None)
    assert [(attempt["status"], attempt["message"]) for attempt in sent["attempts"]] == [
        (204, "The server answered 204.")
    ]
    assert mine.post(f"{one}/deliveries/{sent['id']}/replay").json()["state"] == "pending"
    assert mine.post(f"{one}/replay", {"since": "2020-01-01T00:00:00Z"}).json() == {"replayed": 0}


def test_what_is_switched_off_sends_nothing(ada: User, api: Api, make: Make, happen: Happen) -> None:
    mine, one = api(ada), f"{ALL}/{make(ada).row.public_id}"
    happen(ada)
    fanout.fan_out()
    mine.patch(one, {"isEnabled": False})
    sent = mine.get(f"{one}/deliveries").json()["items"][0]
    assert sent["state"] == "failed"
    for path in ("/test", f"/deliveries/{sent['id']}/replay"):
        assert mine.post(f"{one}{path}").status_code == 409
    assert mine.post(f"{one}/replay", {"since": "2020-01-01T00:00:00Z"}).status_code == 409
    assert not sending.send_some()


ROUTES = [
    ("get", ""),
    ("patch", ""),
    ("delete", ""),
    ("post", "/secret"),
    ("post", "/test"),
    ("get", "/deliveries"),
    ("get", "/deliveries/{message}"),
    ("post", "/deliveries/{message}/replay"),
    ("post", "/replay"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_else_finds_a_webhook(
    method: str, path: str, ada: User, bea: User, staff: User, api: Api, make: Make, happen: Happen
) -> None:
    made = make(ada)
    happen(ada)
    fanout.fan_out()
    before = (Endpoint.objects.values().get(), Delivery.objects.values().get())
    address = f"{ALL}/{made.row.public_id}{path.format(message=Delivery.objects.get().message_id)}"
    body = {"since": "2020-01-01T00:00:00Z"}
    for client, status in ((api(), 401), (api(bea), 404), (api(staff), 404)):
        assert getattr(client, method)(address, body).status_code == status
    assert (Endpoint.objects.values().get(), Delivery.objects.values().get()) == before


def test_keys_open_webhooks_by_their_scope_and_services_have_none(ada: User, staff: User, api: Api) -> None:
    def asked(secret: str) -> int:
        client = APIClient()
        client.credentials(HTTP_X_API_KEY=secret)
        return int(client.get(ALL).status_code)

    def key(scope: str) -> str:
        return accounts.create_key(ada, KeyDraft("k", (scope,)), by=ada).secret

    service = accounts.create_service_key(KeyDraft("k", ("events",)), by=staff).secret
    assert [asked(key("events")), asked(key("images")), asked(service)] == [200, 403, 403]


def test_only_staff_hear_of_everybody(ada: User, staff: User, api: Api, receiver: Receiver) -> None:
    wish = {"url": receiver.url, "hears": "everybody"}
    assert api(ada).post(ALL, wish).status_code == 403
    assert Endpoint.objects.count() == 0
    assert api(staff).post(ALL, wish).json()["hears"] == "everybody"
    assert [one["hears"] for one in api(staff).get(ALL).json()] == ["everybody"]
    assert api(ada).get(ALL).json() == []


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"url": ""},
        {"url": "https://" + "a" * 3000},
        {"url": "{receiver}", "events": ["no.such"]},
        {"url": "{receiver}", "events": "picture.*"},
        {"url": "{receiver}", "events": ["access.ended"]},
        {"url": "{receiver}", "description": "x" * 201},
        {"url": "{receiver}", "hears": "nobody"},
        {"url": "ftp://127.0.0.1/"},
        {"url": "https://user:word@127.0.0.1/"},
    ],
)
def test_a_bad_wish_makes_nothing(wish: dict[str, object], ada: User, api: Api, receiver: Receiver) -> None:
    whole = {name: receiver.url if value == "{receiver}" else value for name, value in wish.items()}
    answer = api(ada).post(ALL, whole)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert Endpoint.objects.count() == 0


def test_no_address_within_is_taken(ada: User, api: Api, settings: Settings, receiver: Receiver) -> None:
    settings.OUTBOUND_ALLOW, settings.THROTTLING = [], False
    for url in [receiver.url, "https://127.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/"]:
        assert api(ada).post(ALL, {"url": url}).status_code == 400, url
    assert (Endpoint.objects.count(), receiver.received) == (0, [])


def test_only_so_many_are_kept(ada: User, api: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagehub.webhooks.services.endpoints.MOST", 2)
    statuses = [api(ada).post(ALL, {"url": receiver.url}).status_code for _ in range(3)]
    assert statuses == [201, 201, 409]


def test_secrets_are_nowhere_but_in_the_answers_that_show_them(
    ada: User, api: Api, receiver: Receiver, written: object
) -> None:
    mine = api(ada)
    made = mine.post(ALL, {"url": receiver.url}, HTTP_IDEMPOTENCY_KEY="k").json()
    services.test(made["id"], by=ada)
    sending.send_some()
    secret = made["secret"].removeprefix("whsec_")
    from imagehub.api.models import Answer

    kept = [str(list(model.objects.values())) for model in (Endpoint, Delivery, Answer)]
    assert not [text for text in [*kept, written.getvalue(), mine.get(ALL).content.decode()] if secret in text]  # type: ignore[attr-defined]  # a stream


def test_the_log_costs_the_same_however_long_it_is(
    ada: User, api: Api, make: Make, django_assert_max_num_queries: Callable[..., object]
) -> None:
    endpoint = make(ada).row
    Delivery.objects.bulk_create(
        Delivery(endpoint=endpoint, message_id=f"m{number}", kind="a.b", body="{}", created_at=timezone.now())
        for number in range(300)
    )
    mine = api(ada)
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]  # a context manager
        assert len(mine.get(f"{ALL}/{endpoint.public_id}/deliveries?limit=100").json()["items"]) == 100
