"""How much may lie in memory between the network and the disk."""

import asyncio

ENOUGH = 16 * 1024 * 1024  # bytes of bodies in hand, beyond which no further request is begun


class Room:
    """Counts the bytes in hand; whoever is about to fetch more waits until there is room."""

    def __init__(self, enough: int = ENOUGH) -> None:
        self._enough = enough
        self._held = 0
        self._free = asyncio.Event()
        self._free.set()

    async def wait(self) -> None:
        """Wait for room; what is fetched then is counted when it has come."""
        await self._free.wait()

    def take(self, size: int) -> None:
        """Count bytes that have come."""
        self._held += size
        if self._held > self._enough:
            self._free.clear()

    def leave(self, size: int) -> None:
        """Count bytes as gone."""
        self._held -= size
        if self._held <= self._enough:
            self._free.set()
