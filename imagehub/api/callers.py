"""Who is asking, in one word, for what is counted or kept per caller."""

from rest_framework.request import Request

from imagehub.lib.addresses import client_address, household


def caller_of(request: Request) -> str:
    """Return `user:…`, `key:…`, `service:…` or `address:…`; the same caller always has the same word."""
    if service := getattr(request.user, "caller_id", ""):
        return str(service)
    if key := getattr(request.auth, "public_id", ""):
        return f"key:{key}"
    if name := getattr(request.user, "public_id", ""):
        return f"user:{name}"
    return f"address:{household(client_address(request))}"


def is_anonymous(caller: str) -> bool:
    """Tell whether only the address of this caller is known."""
    return caller.startswith("address:")
