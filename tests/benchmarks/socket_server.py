"""The two servers under measure: `python -m tests.benchmarks.socket_server ours|plain`.

Each prints its port, then for every line on its input brings one event to all its sockets.
"""

import asyncio
import os
import resource
import sys
import threading
from collections.abc import Callable
from pathlib import Path

PAYLOAD = {"pictures": [{"id": str(n), "url": f"/i/{n}/original.jpg", "isActive": not n} for n in range(20)]}


def main() -> None:
    """Run one of them."""
    {"ours": ours, "plain": plain}[sys.argv[1]]()


def obey(command: Callable[[], object]) -> None:
    """Carry out `command` for every line on the input; `memory` is answered with the resident size."""

    def follow() -> None:
        for line in sys.stdin:
            if line.strip() == "memory":
                say(memory())
            else:
                command()
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()


def say(figure: float) -> None:
    """Print a figure for whoever measures."""
    sys.stdout.write(f"{figure}\n")
    sys.stdout.flush()


def memory() -> float:
    """Return the resident megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def ours() -> None:
    """The product: an event is recorded, committed, numbered, read and told."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.socket_settings"
    import uvicorn  # each server loads its own

    from imagehub import asgi, embedded

    # isort: split
    from django.core.management import call_command

    from imagehub.events import hub, outbox
    from imagehub.events.catalog import Kind

    call_command("migrate", verbosity=0)
    hub.STALLED = 120.0
    listener = embedded.listen("127.0.0.1", 0)
    say(listener.getsockname()[1])
    obey(lambda: outbox.record(Kind.PICTURE_CREATED, audience="user:1", data=PAYLOAD))
    config = uvicorn.Config(asgi.application, lifespan="off", log_config=None, ws_per_message_deflate=False)
    uvicorn.Server(config).run(sockets=[listener])


def plain() -> None:
    """The `websockets` library's own broadcast, which keeps and promises nothing."""
    import orjson
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    present: set[ServerConnection] = set()

    async def greet(wire: ServerConnection) -> None:
        present.add(wire)
        await wire.send('{"type":"hello","last_id":0}')
        await wire.wait_closed()
        present.discard(wire)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        async with serve(greet, "127.0.0.1", 0, compression=None) as server:
            say(next(iter(server.sockets)).getsockname()[1])
            frame = orjson.dumps({"id": 1, "type": "picture.created", "data": PAYLOAD}).decode()
            obey(lambda: loop.call_soon_threadsafe(broadcast, present, frame))
            await asyncio.Event().wait()

    asyncio.run(run())


if __name__ == "__main__":
    main()
