"""How an attempt to fetch an address ends other than with a picture, each in one word of ours."""

from harvester.models import Outcome
from imagehub.lib.outbound.client import Reply
from imagehub.lib.outbound.refusals import Reason, Refused
from imagehub.lib.outbound.retrying import seconds_asked

OK = {200, 203}
NOT_MODIFIED = 304
_MISSING = {404, 410}
_TOO_MANY = 429
_SERVER_ERRORS = range(500, 600)
_PASSING = {Reason.UNKNOWN_HOST, Reason.TOO_SLOW, Reason.UNREACHABLE, Reason.INSECURE, Reason.BROKEN}


class Over(Exception):
    """Another attempt would end likewise."""

    def __init__(self, reason: str, outcome: str = Outcome.FAILED) -> None:
        self.reason, self.outcome = reason, outcome
        super().__init__(reason)


class Passing(Exception):
    """It did not work out this time; `rest` is how many seconds we were asked to wait."""

    def __init__(self, reason: str, rest: float = 0.0) -> None:
        self.reason, self.rest = reason, rest
        super().__init__(reason)


class Hindered(Exception):
    """Nothing was asked: the host rests, or we can't store anything; in `rest` seconds it may be otherwise."""

    def __init__(self, reason: str, rest: float) -> None:
        self.reason, self.rest = reason, rest
        super().__init__(reason)


class Barred(Exception):
    """The site's robots.txt keeps us out."""


class Ending(Exception):
    """The session ends, or the visit would have to wait too long: somebody else goes there later."""


def of_refusal(refused: Refused) -> Over | Passing:
    """Return what a fetch without an answer means."""
    return Passing(refused.reason) if refused.reason in _PASSING else Over(refused.reason)


def of_answer(reply: Reply) -> Over | Passing:
    """Return what an answer without a picture means."""
    if reply.status in _MISSING:
        return Over("not_found")
    if reply.status == _TOO_MANY:
        return Passing("rate_limited", seconds_asked(reply.headers))
    if reply.status in _SERVER_ERRORS:
        return Passing("server_error", seconds_asked(reply.headers))
    return Over("http_error")
