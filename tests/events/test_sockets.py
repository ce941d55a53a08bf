import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from accounts import tokens
from imagehub.events import connection, hub, sockets
from imagehub.events.connection import Connection
from imagehub.events.models import Event
from imagehub.events.tasks import forget
from tests.conftest import access_token
from tests.events.conftest import Client, Dial, Served, happen

token_of = sync_to_async(access_token)
happens = sync_to_async(happen)


def cookie_of(person: Any) -> dict[str, str]:
    browser = Browser()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"}


async def numbers(client: Client, count: int) -> list[int]:
    return [frame["data"]["number"] for frame in await client.frames(count)]


async def test_a_socket_says_hello_and_tells_what_happens(ada: Any, dial: Dial) -> None:
    async with dial(await token_of(ada)) as client:
        assert client.wire.subprotocol == "imagehub.v1"
        assert await client.frame() == {"type": "hello", "last_id": 0}
        await happens(ada, 7)
        event = await client.frame()
        assert event == {"id": 1, "type": "library.added", "occurred_at": event["occurred_at"], "data": {"number": 7}}


async def test_the_first_message_may_carry_the_token(ada: Any, dial: Dial) -> None:
    async with dial() as client:
        await client.say({"type": "auth", "token": await token_of(ada)})
        assert await client.frame() == {"type": "hello", "last_id": 0}


async def test_a_browser_comes_in_by_its_session_from_our_own_pages(ada: Any, dial: Dial, served: Served) -> None:
    cookie = await sync_to_async(cookie_of)(ada)
    async with dial(origin=f"http://{served.host}", additional_headers=cookie) as client:
        assert await client.frame() == {"type": "hello", "last_id": 0}


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1", "http://{host}.evil.example", "ftp://{host}", "http://", None],
)
async def test_a_foreign_page_may_not_ride_on_a_session(
    ada: Any, dial: Dial, served: Served, origin: str | None
) -> None:
    cookie = await sync_to_async(cookie_of)(ada)
    page = origin.format(host=served.host) if origin else None
    with pytest.raises(InvalidStatus) as refusal:
        async with dial(origin=page, additional_headers=cookie):
            pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "x" * 5000])
async def test_a_bad_token_closes_with_4401(dial: Dial, token: str) -> None:
    async with dial(token) as client:
        assert await client.closed() == 4401
    async with dial() as client:
        await client.say({"type": "auth", "token": token})
        assert await client.closed() == 4401


@pytest.mark.parametrize(
    "message", [{"type": "auth"}, {"type": "auth", "token": 7}, {"type": "resume", "after": 0}, [], "auth", None]
)
async def test_a_first_message_that_names_nobody_closes_with_4401(dial: Dial, message: object) -> None:
    async with dial() as client:
        await client.say(message)
        assert await client.closed() == 4401


async def test_who_says_nothing_is_closed_with_4401(dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "PATIENCE", 0.2)
    async with dial() as client:
        assert await client.closed(within=2) == 4401


async def test_a_token_in_the_address_is_not_looked_at(
    ada: Any, dial: Dial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sockets, "PATIENCE", 0.2)
    token = await token_of(ada)
    with caplog.at_level("DEBUG"):
        async with dial(path=f"/ws/events/?token={token}") as client:
            assert await client.closed(within=2) == 4401
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("websockets")]
    assert not any(token in line and "GET" not in line for line in ours)


async def test_a_dead_session_closes_with_4401(ada: Any, dial: Dial, served: Served) -> None:
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=gone"}
    async with dial(origin=f"http://{served.host}", additional_headers=cookie) as client:
        assert await client.closed() == 4401


async def test_other_addresses_are_no_sockets(dial: Dial) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with dial(path="/ws/other/"):
            pass
    assert refusal.value.response.status_code == 403


async def test_news_of_others_are_never_told(ada: Any, bea: Any, dial: Dial) -> None:
    async with dial(await token_of(ada)) as client:
        await client.frame()
        for number in range(20):
            await happens(bea, number)
        await happens(ada, 99)
        assert await numbers(client, 1) == [99]


async def test_resuming_tells_what_was_missed_then_what_is_new(ada: Any, bea: Any, dial: Dial) -> None:
    for number in range(450):
        await happens(ada if number % 3 else bea, number)
    missed = [number for number in range(450) if number % 3]
    async with dial(await token_of(ada)) as client:
        assert (await client.frame())["type"] == "hello"
        await client.say({"type": "resume", "after": 0})
        assert await numbers(client, 10) == missed[:10]
        await happens(ada, 1000)
        assert await numbers(client, len(missed) - 9) == [*missed[10:], 1000]
        await client.say({"type": "resume", "after": 449})
        assert await numbers(client, 2) == [449, 1000]


async def test_an_id_that_is_too_old_or_unknown_says_reset_and_live_news_go_on(ada: Any, dial: Dial) -> None:
    await happens(ada, 1)
    async with dial(await token_of(ada)) as client:
        assert await client.frame() == {"type": "hello", "last_id": 1}
        await sync_to_async(Event.objects.update)(occurred_at=timezone.now() - timedelta(days=8))
        await sync_to_async(forget)()
        for after in (0, 77):
            await client.say({"type": "resume", "after": after})
            assert await client.frame() == {"type": "reset"}
        await happens(ada, 2)
        assert await numbers(client, 1) == [2]


async def test_a_thousand_facts_reach_a_client_that_keeps_dropping(ada: Any, dial: Dial) -> None:
    """Every connection is cut, most in mid-replay; nothing is lost and nothing comes out of order."""
    token, last = await token_of(ada), 0
    seen: list[int] = []

    @sync_to_async(thread_sensitive=False)
    def write(first: int) -> None:
        for number in range(first, first + 250):
            happen(ada, number)

    writers = [asyncio.create_task(write(first)) for first in (0, 1000, 2000, 3000)]
    while len(seen) < 1000:
        async with dial(token) as client:
            await client.say({"type": "resume", "after": last})
            previous = last
            for _ in range(60):
                if len(seen) >= 1000:
                    break
                frame = await client.frame()
                if frame["type"] == "hello":
                    continue
                assert frame["id"] > previous
                previous = last = frame["id"]
                seen.append(frame["data"]["number"])
            client.wire.transport.abort()
    await asyncio.gather(*writers)
    assert sorted(seen) == [first + n for first in (0, 1000, 2000, 3000) for n in range(250)]
    for first in (0, 1000, 2000, 3000):
        assert [n for n in seen if first <= n < first + 1000] == list(range(first, first + 250))


async def test_a_client_that_reads_slowly_misses_nothing(ada: Any, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WAITING", 5)
    async with dial(await token_of(ada), max_queue=1) as client:
        await client.frame()
        for number in range(120):
            await happens(ada, number)
        assert await numbers(client, 120) == list(range(120))


async def test_a_client_that_reads_nothing_is_let_go_and_can_resume(
    ada: Any, served: Served, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "STALLED", 0.5)
    monkeypatch.setattr(hub, "KEEP", 0.2)
    token = await token_of(ada)
    big = "x" * 200_000
    let_go, loop = asyncio.Event(), asyncio.get_running_loop()
    leave = hub.Hub.leave

    def noticed(house: hub.Hub, connection: Connection) -> None:
        leave(house, connection)
        loop.call_soon_threadsafe(let_go.set)

    monkeypatch.setattr(hub.Hub, "leave", noticed)
    async with dial(token, max_queue=1) as client:
        await client.frame()
        client.wire.transport.pause_reading()
        for number in range(60):
            await happens(ada, number, big)
        async with asyncio.timeout(10):
            await let_go.wait()
        client.wire.transport.abort()
    async with dial(token) as client:
        await client.frame()
        await client.say({"type": "resume", "after": 0})
        assert await numbers(client, 60) == list(range(60))


async def test_signing_out_closes_the_sockets_of_that_sign_in_only(ada: Any, dial: Dial) -> None:
    leaving, staying = [await sync_to_async(tokens.issue)(ada) for _ in range(2)]
    async with dial(leaving.access) as one, dial(staying.access) as other:
        await one.frame()
        await other.frame()
        await sync_to_async(tokens.revoke)(leaving.refresh)
        assert await one.closed(within=2) == 4401
        await happens(ada, 5)
        assert await numbers(other, 1) == [5]


async def test_a_session_that_ends_unannounced_is_found_out(
    ada: Any, dial: Dial, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "KEEP", 0.1)
    monkeypatch.setattr(hub, "RECHECK", 0.2)
    cookie = await sync_to_async(cookie_of)(ada)
    async with dial(origin=f"http://{served.host}", additional_headers=cookie) as client:
        await client.frame()
        await sync_to_async(ada.set_password)("another pass phrase")
        await sync_to_async(ada.save)()
        assert await client.closed(within=3) == 4401


async def test_an_expired_token_closes_its_socket(ada: Any, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "KEEP", 0.1)
    monkeypatch.setitem(settings.SIMPLE_JWT, "ACCESS_TOKEN_LIFETIME", timedelta(seconds=1))
    from rest_framework_simplejwt.tokens import AccessToken

    monkeypatch.setattr(AccessToken, "lifetime", timedelta(seconds=1))
    async with dial(await token_of(ada)) as client:
        await client.frame()
        assert await client.closed(within=5) == 4401


async def test_one_account_has_so_many_sockets_and_others_are_not_touched(
    ada: Any, bea: Any, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PER_HOLDER", 2)
    token = await token_of(ada)
    async with dial(token) as one, dial(token) as two:
        await one.frame()
        await two.frame()
        async with dial(token) as three:
            assert await three.closed() == 4429
        async with dial(await token_of(bea)) as four:
            assert (await four.frame())["type"] == "hello"
    async with dial(token) as five:
        assert (await five.frame())["type"] == "hello"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00\x01", "NOT_JSON"),
        ("{", "NOT_JSON"),
        ("[]", "NOT_JSON"),
        ("[" * 10_000, "NOT_JSON"),
        ('{"type":"join","room":"! ' + "x" * 200 + '"}', "UNKNOWN_TYPE"),
        ('{"type":"resume"}', "INVALID_ID"),
        ('{"type":"resume","after":-1}', "INVALID_ID"),
        ('{"type":"resume","after":true}', "INVALID_ID"),
        ('{"type":"resume","after":1e400}', "NOT_JSON"),
        ('{"type":"resume","after":9223372036854775808}', "INVALID_ID"),
    ],
)
async def test_what_cannot_be_understood_is_answered_and_the_socket_lives(
    ada: Any, dial: Dial, message: str | bytes, code: str
) -> None:
    async with dial(await token_of(ada)) as client:
        await client.frame()
        await client.wire.send(message)
        answer = await client.frame()
        assert (answer["type"], answer["code"]) == ("error", code)
        await happens(ada, 1)
        assert await numbers(client, 1) == [1]


async def test_a_message_that_is_too_long_closes_with_1009(ada: Any, dial: Dial) -> None:
    async with dial(await token_of(ada)) as client:
        await client.frame()
        await client.wire.send("x" * (64 * 1024 + 1))
        assert await client.closed() == 1009


async def test_a_flood_of_messages_closes_with_1008(ada: Any, dial: Dial) -> None:
    async with dial(await token_of(ada)) as client:
        await client.frame()
        for _ in range(200):
            await client.wire.send(orjson.dumps({"type": "x"}).decode())
        assert await client.drained() == 1008
