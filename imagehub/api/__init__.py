"""What all our API surfaces share: refusals, languages, limits, repeats, and the document that describes them."""

_PREFIXES = ("/api/", "/pictures/", "/i/", "/avatar/", "/ws/")


def is_api_path(path: str) -> bool:
    """Tell whether programs rather than people look at this address, so that refusals are JSON.

    `/pictures/` itself is a page; everything below it is the older service's API.
    """
    return path != "/pictures/" and path.startswith(_PREFIXES)
