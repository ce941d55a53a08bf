"""Who is asking, in one word, for what is counted or kept per caller."""

from rest_framework.request import Request

from imagehub.lib.addresses import client_address, household


def user(public_id: str) -> str:
    """Return the word for somebody who shows no API key."""
    return f"user:{public_id}"


def key(public_id: str) -> str:
    """Return the word for whoever shows this API key."""
    return f"key:{public_id}"


def caller_of(request: Request) -> str:
    """Return `user:…`, `key:…`, `service:…` or `address:…`; the same caller always has the same word."""
    if service := getattr(request.user, "caller_id", ""):
        return str(service)
    if shown := getattr(request.auth, "public_id", ""):
        return key(shown)
    if name := getattr(request.user, "public_id", ""):
        return user(name)
    return f"address:{household(client_address(request))}"


def is_anonymous(caller: str) -> bool:
    """Tell whether only the address of this caller is known."""
    return caller.startswith("address:")
