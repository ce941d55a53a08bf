"""Where the photos of publications lie, and which photo of ours an address means."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from imagehub.lib import ids, origin
from imagehub.lib.errors import ImageNotFound

# Servers on the way may have made one slash of two.
_ADDRESS = re.compile(
    rf"(?:https?:/{{1,2}}(?P<host>[^/?#]+))?/i/(?P<id>{ids.PUBLIC_ID.pattern})/original\.[a-z]{{3,4}}(?:\?[^#]*)?",
    re.ASCII,
)


def key(publication_id: str, extension: str) -> str:
    """Return a storage key for a new photo of a publication, which nobody can guess and nothing else has."""
    return f"images_{publication_id}/{ids.base62(22)}.{extension}"


def image_id(reference: str) -> str:
    """Return the id of the image that a client names by its id or by its address here, with or without query.

    ImageNotFound for anything else, such as an address elsewhere: nothing is looked up there.
    """
    if ids.is_public_id(reference):
        return reference
    address = _ADDRESS.fullmatch(reference)
    if address is None or not (address["host"] is None or _is_ours(address["host"])):
        raise ImageNotFound
    return address["id"]


def _is_ours(host: str) -> bool:
    """Tell whether a host is the one under which we are seen or one that we answer to by name."""
    domain, _port = split_domain_port(host)
    named = [pattern for pattern in settings.ALLOWED_HOSTS if pattern != "*"]
    return host.lower() == urlsplit(origin.current()).netloc.lower() or bool(domain and validate_host(domain, named))
