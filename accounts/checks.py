"""Configuration of outside issuers that is legal to read and wrong to run with."""

from django.conf import settings
from django.core import checks

from accounts import issuers


@checks.register(checks.Tags.security)
def issuers_are_complete(**_: object) -> list[checks.CheckMessage]:
    """Every entry of JWT_ISSUERS names an issuer, an audience, keys and algorithms, once (accounts.E001, E002)."""
    found: list[checks.CheckMessage] = []
    names: set[object] = set()
    for number, entry in enumerate(settings.JWT_ISSUERS, start=1):
        try:
            issuers.parse(entry)
        except ValueError as error:
            found.append(_fault(f"Entry {number} of JWT_ISSUERS: {error}.", "accounts.E001"))
        if entry.get("issuer") in names:
            found.append(_fault(f"Entry {number} of JWT_ISSUERS names an issuer again.", "accounts.E002"))
        names.add(str(entry.get("issuer")))
    return found


@checks.register(checks.Tags.security)
def issuers_keys_travel_safely(**_: object) -> list[checks.CheckMessage]:
    """Keys fetched without TLS can be anybody's (accounts.W001)."""
    hint = "Use an https address, except for an issuer on this machine."
    return [
        checks.Warning(f"Entry {number} of JWT_ISSUERS fetches keys without TLS.", hint=hint, id="accounts.W001")
        for number, entry in enumerate(settings.JWT_ISSUERS, start=1)
        if str(entry.get("jwks_url", "")).startswith("http://") and not settings.DEBUG
    ]


def _fault(sentence: str, check_id: str) -> checks.CheckMessage:
    hint = 'Use {"issuer": …, "audience": …, "jwks_url": …, "algorithms": ["RS256"]}.'
    return checks.Error(sentence, hint=hint, id=check_id)
