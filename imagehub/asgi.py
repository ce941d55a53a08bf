"""Everything for ASGI servers: sockets, and HTTP through the WSGI application in a few threads.

Django's own ASGI handler changes threads for every synchronous layer; one hand-over per request to a
thread that keeps its database connection answers several times more requests.
"""

import logging
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter

from imagehub.wsgi import application as pages  # loads the apps before anything imports a model

# isort: split
from imagehub.intake import Intake
from imagehub.routing import sockets

THREADS = 16
ANSWER_CHUNKS = 1024  # of an answer, kept for a slow reader so that it does not hold a thread

# At DEBUG the server would log every header and frame, tokens and cookies among them.
logging.getLogger("uvicorn.error").setLevel(logging.INFO)


async def without_query(scope: Any, receive: Any, send: Any) -> None:
    """Drop the query of a socket's address, which takes none: a token put there must reach no log."""
    scope["query_string"] = b""
    await sockets(scope, receive, send)


_pages: Any = WSGIMiddleware(cast("Any", pages), workers=THREADS, send_queue_size=ANSWER_CHUNKS)
application = ProtocolTypeRouter(
    {
        "http": Intake(_pages),
        "websocket": without_query,
    }
)
