"""The talk of workers about places, by way of Redis."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from harvester.politeness import scripts
from harvester.politeness.hosts import LONGEST_ASKED_REST

VALID = 6.0  # seconds for which what a worker says holds: the places of one that died come back then
TURN = 1.0  # seconds that a worker keeps a place when there are more workers than places
PATIENCE = 1.0  # seconds that one talk may take
_AT_ONCE = 100  # rooms of one question
_ROOM, _RESTS, _TURN = "imagehub:gates:room:", "imagehub:gates:rests", "imagehub:gates:turn:"


class Need(NamedTuple):
    """What a worker says about a room: places that it uses, keeps, and could use."""

    name: str
    used: int
    kept: int
    wanted: int


class Share(NamedTuple):
    """What it hears: places that it has, and how many of them are its due while others wait."""

    held: int
    due: int


class Exchange:
    """One worker's end; OSError or RedisError when nobody answers."""

    def __init__(self, url: str, places: int, *, valid: float = VALID, turn: float = TURN) -> None:
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),  # for a connection that was closed meanwhile; visits wait for the answer
        )
        self._talk = self._redis.register_script(scripts.TALK)
        self._rest = self._redis.register_script(scripts.REST)
        self._turn = self._redis.register_script(scripts.TURN)
        self._said: tuple[str | int, ...] = (secrets.token_hex(8), places, int(valid * 1000), int(turn * 1000))

    async def talk(self, needs: Sequence[Need]) -> tuple[list[Share], dict[str, float]]:
        """Say what is needed; return the share of each, and the hosts that want rest with their seconds."""
        shares: list[Share] = []
        resting: dict[str, float] = {}
        for at in range(0, len(needs), _AT_ONCE):
            part = needs[at : at + _AT_ONCE]
            keys = [_RESTS, *(f"{_ROOM}{need.name}" for need in part)]
            said = [number for need in part for number in (need.used, need.kept, need.wanted)]
            places, rests = await self._talk(keys=keys, args=[*self._said, *said])
            shares += map(Share, places[::2], places[1::2])
            resting |= _seconds(rests)
        return shares, resting

    async def tell(self, wishes: Mapping[str, float]) -> None:
        """Let all workers know which hosts want rest, and for how many seconds."""
        said = [word for host, seconds in wishes.items() for word in (host, _milliseconds(seconds))]
        await self._rest(keys=[_RESTS], args=[_milliseconds(LONGEST_ASKED_REST), *said])

    async def turn(self, host: str, gap: float) -> float:
        """Ask to be the next of all workers at a host, between whose requests lie so many seconds.

        Return 0 for yes; otherwise the seconds after which it makes sense to ask again.
        """
        return int(await self._turn(keys=[f"{_TURN}{host}"], args=[_milliseconds(gap)])) / 1000

    async def close(self) -> None:
        """Hang up."""
        await self._redis.aclose()


def _milliseconds(seconds: float) -> int:
    return max(1, int(min(seconds, LONGEST_ASKED_REST) * 1000))


def _seconds(rests: Iterable[str | int]) -> dict[str, float]:
    words = list(rests)
    return {str(host): int(left) / 1000 for host, left in zip(words[::2], words[1::2], strict=True)}
