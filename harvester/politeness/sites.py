"""Whose server a name belongs to, so that a thousand names of one owner count as one.

There is no list of public suffixes in here, which would be out of date with every release: a name belongs to
its last two labels, three where the second is one of those under which countries hand out names. What many
owners share (`_SHARED`) counts name by name. Guessing wrong makes us slower, never ruder than the limit of
each address, which holds besides.
"""

import ipaddress
from functools import lru_cache

# Below these countries hand out names.
_SECOND_LEVEL = frozenset(
    {"ac", "asn", "asso", "co", "com", "edu", "gen", "go", "gob", "gouv", "gov", "govt", "gub", "gv", "id", "in"}
    | {"info", "ltd", "me", "mil", "muni", "ne", "net", "nhs", "nom", "or", "org", "plc", "police", "sch", "web"}
)
_COUNTRY = 2  # letters of a country's label
_SHARED = (
    ".akamaized.net",
    ".akamaihd.net",
    ".amazonaws.com",
    ".appspot.com",
    ".azureedge.net",
    ".azurefd.net",
    ".azurewebsites.net",
    ".b-cdn.net",
    ".backblazeb2.com",
    ".blogspot.com",
    ".cdn77.org",
    ".cloudfront.net",
    ".digitaloceanspaces.com",
    ".edgekey.net",
    ".edgesuite.net",
    ".fastly.net",
    ".firebaseapp.com",
    ".github.io",
    ".gitlab.io",
    ".googleapis.com",
    ".herokuapp.com",
    ".imgix.net",
    ".kxcdn.com",
    ".myshopify.com",
    ".neocities.org",
    ".netlify.app",
    ".pages.dev",
    ".r2.dev",
    ".squarespace.com",
    ".tumblr.com",
    ".vercel.app",
    ".web.app",
    ".wixsite.com",
    ".windows.net",
    ".wordpress.com",
    ".workers.dev",
)


@lru_cache(maxsize=10_000)
def site(host: str) -> str:
    """Return whom a host's requests are counted for: its registrable name, or the address that it is."""
    name = host.rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name if name.endswith(_SHARED) else _registrable(name)


def _registrable(name: str) -> str:
    labels = name.split(".")
    in_country = len(labels) > _COUNTRY and len(labels[-1]) == _COUNTRY and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if in_country else -2 :])
