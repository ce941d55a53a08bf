"""Who is asking, in one word, for what is counted or kept per caller."""

from rest_framework.request import Request

from imagehub.lib.addresses import client_address, household


def caller_of(request: Request) -> str:
    """Return `user:…`, `key:…` or `address:…`; the same caller always has the same word."""
    key = getattr(request.auth, "public_id", "")
    if key:
        return f"key:{key}"
    name = getattr(request.user, "public_id", "")
    return f"user:{name}" if name else f"address:{household(client_address(request._request))}"  # noqa: SLF001  # DRF keeps it so


def is_anonymous(caller: str) -> bool:
    """Tell whether only the address of this caller is known."""
    return caller.startswith("address:")
