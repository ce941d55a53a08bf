"""How much time lies between two requests to a host."""

LONGEST_GAP = 5.0  # seconds
WELL = 0.5  # seconds; who answers within them is never slow
_SLOWER = 2.0  # so many times the host's best counts as slow
_FIRST_PENALTY = 0.05  # seconds
_HALVED_EVERY = 10.0  # seconds without another failure
_LEARNING = 0.25  # how much of a latency the newest answer makes up
_FORGETTING = 0.02  # how fast the best latency is given up when it is not reached any more
_STRAINED = 429, 500  # too many requests; and all that is the server's fault
_OK = 200


class Pace:
    """Time between requests: none while a host is well, more as it answers later than it can, or fails.

    Only time and answers of 200 make it shorter: error pages are quick to send, and say nothing of what
    the host can bear.
    """

    __slots__ = ("_best", "_failed_at", "_latency", "_penalty")

    def __init__(self) -> None:
        self._latency = self._best = self._penalty = self._failed_at = 0.0

    def answered(self, status: int, seconds: float, now: float) -> None:
        """Learn from an answer, and the seconds that it took to begin."""
        if status == _STRAINED[0] or status >= _STRAINED[1]:
            self.failed(now)
        if status == _OK:
            self._penalty = self._left(now) / 2
            self._failed_at = now
        if status == _OK or seconds > self._latency:
            self._learn(seconds)

    def failed(self, now: float) -> None:
        """Learn that there was no answer, or one that complains."""
        self._penalty = min(LONGEST_GAP, max(self._left(now) * 2, _FIRST_PENALTY))
        self._failed_at = now

    def gap(self, places: int, now: float) -> float:
        """Return the seconds between the beginnings of two requests, of which `places` may be under way at once."""
        bearable = max(self._best * _SLOWER, WELL)
        strain = self._latency / bearable
        slow = self._latency * strain / max(1, places) if strain > 1 else 0.0
        return min(LONGEST_GAP, slow + self._left(now))

    def _left(self, now: float) -> float:
        left = self._penalty * 0.5 ** ((now - self._failed_at) / _HALVED_EVERY) if self._penalty else 0.0
        return left if left > _FIRST_PENALTY / 50 else 0.0

    def _learn(self, seconds: float) -> None:
        known = self._latency > 0
        self._latency += (seconds - self._latency) * (_LEARNING if known else 1.0)
        self._best = min(seconds, self._best + (seconds - self._best) * _FORGETTING) if known else seconds
