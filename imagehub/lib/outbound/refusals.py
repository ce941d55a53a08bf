"""Why a request was not made, or its answer not taken; never in the remote server's words."""

from enum import StrEnum


class Reason(StrEnum):
    """One word for each way in which an exchange ends without an answer."""

    URL = "url_refused"  # not an address that we go to: scheme, port, credentials, odd characters
    ADDRESS = "address_refused"  # the name leads to an address that is not public
    UNKNOWN_HOST = "unknown_host"
    REDIRECTS = "too_many_redirects"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    UNREACHABLE = "unreachable"
    INSECURE = "insecure"  # TLS failed, or a redirect left it
    BROKEN = "broken_answer"


class Refused(Exception):
    """An exchange that did not take place or was broken off."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(str(reason))
