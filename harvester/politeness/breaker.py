"""Leaving dead hosts alone."""

FAILURES = 5  # in a row
FIRST_REST = 5.0  # seconds
LONGEST_REST = 300.0
PROBING = 1.0  # seconds to wait while somebody else is trying


class Breaker:
    """Opens after some failures in a row; then one request is let through after each rest, and an answer closes it."""

    __slots__ = ("_failures", "_is_probed", "_rest", "_until")

    def __init__(self) -> None:
        self.answered()

    def rest(self, now: float) -> float:
        """Return for how many seconds nobody may go there; 0: go."""
        if now < self._until:
            return self._until - now
        return PROBING if self._is_probed else 0.0

    def begin(self) -> None:
        """Note that a request goes out, which is the one probe if the breaker was open."""
        self._is_probed = self._rest > 0

    def answered(self) -> None:
        """Close: the host lives."""
        self._failures = 0
        self._rest = self._until = 0.0  # how long it is, or was last, open; 0: it is closed
        self._is_probed = False

    def failed(self, now: float) -> None:
        """Count a request that found nobody; those that were under way when it opened say nothing new."""
        self._failures += 1
        if self._failures >= FAILURES and now >= self._until:
            self._rest = min(LONGEST_REST, self._rest * 2 or FIRST_REST)
            self._until = now + self._rest
        self._is_probed = False

    def forgone(self) -> None:
        """Note that a request ended without telling whether the host lives."""
        self._is_probed = False
