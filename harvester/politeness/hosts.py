"""What a worker knows of the hosts that it visits."""

from collections import OrderedDict
from dataclasses import dataclass, field

from harvester.politeness.breaker import Breaker
from harvester.politeness.pace import Pace
from imagehub.lib.outbound.targets import Target

MOST = 10_000
LONGEST_ASKED_REST = 3600.0  # seconds for which a host may send us away at once


@dataclass(slots=True)
class Host:
    """One port of one name, as it has behaved; all times on the clock of whoever asks."""

    name: str
    pace: Pace = field(default_factory=Pace)
    breaker: Breaker = field(default_factory=Breaker)
    asked_until: float = 0.0  # until when it wants no requests
    delay: float = 0.0  # seconds that it wishes for between two requests
    last_start: float = float("-inf")  # when the last request went out

    def rest(self, now: float) -> float:
        """Return for how many seconds nobody may go there; 0: go."""
        return max(self.asked_until - now, self.breaker.rest(now), 0.0)

    def ask_for_rest(self, seconds: float, now: float) -> None:
        """Take note that it wants to be left alone; a later wish never shortens an earlier one."""
        self.asked_until = max(self.asked_until, now + min(seconds, LONGEST_ASKED_REST))

    def pause(self, places: int, now: float) -> float:
        """Return the seconds until its pace and wish allow another request, of `places` at once; not above 0: now."""
        return self.last_start + max(self.delay, self.pace.gap(places, now)) - now

    def begin(self, now: float) -> None:
        """Note that a request goes out."""
        self.breaker.begin()
        self.last_start = now

    def begun_elsewhere(self, wait: float, now: float) -> None:
        """Note that a request did not go out, because another worker's did: so many seconds are left of the pause."""
        self.breaker.forgone()
        self.last_start = now + wait - self.delay


class Hosts:
    """The hosts that were visited last; whom it forgot it meets like a stranger."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Host] = OrderedDict()

    def of(self, target: Target) -> Host:
        """Return what is known of a target's host."""
        return self.named(f"{target.host}:{target.port}")

    def named(self, name: str) -> Host:
        """Return what is known of a host by its name and port."""
        host = self._known.get(name)
        if host is None:
            host = self._known[name] = Host(name)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(name)
        return host


MET = Hosts()
"""The hosts that this process has met: what it learnt of them outlives a session."""
