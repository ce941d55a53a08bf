"""What goes over the wire, encoded once however many sockets it is written to."""

import orjson

from imagehub.events.news import News

RESET = '{"type":"reset"}'


def as_client_sees(news: News) -> dict[str, object]:
    """Return a fact in the shape of the contract."""
    return {"id": news.position, "type": news.kind, "occurred_at": news.occurred_at, "data": news.data}


def event(news: News) -> str:
    """Return the frame of a fact."""
    return orjson.dumps(as_client_sees(news), option=orjson.OPT_UTC_Z).decode()


def hello(last_id: int) -> str:
    """Return the first frame."""
    return f'{{"type":"hello","last_id":{last_id}}}'


def error(code: str, sentence: str) -> str:
    """Return the answer to a message that cannot be acted on."""
    return orjson.dumps({"type": "error", "code": code, "error": sentence}).decode()
