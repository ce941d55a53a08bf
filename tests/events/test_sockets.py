from typing import Any

from asgiref.sync import sync_to_async

from tests.conftest import access_token
from tests.events.conftest import Dial, happen


async def test_a_socket_says_hello_and_tells_what_happens(ada: Any, dial: Dial) -> None:
    async with dial(await sync_to_async(access_token)(ada)) as client:
        assert client.wire.subprotocol == "imagehub.v1"
        assert await client.frame() == {"type": "hello", "last_id": 0}
        await sync_to_async(happen)(ada, 7)
        event = await client.frame()
        assert event == {
            "id": 1,
            "type": "picture.created",
            "occurred_at": event["occurred_at"],
            "data": {"number": 7},
        }
