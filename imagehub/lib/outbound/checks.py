"""OUTBOUND_ALLOW, read before the first request needs it."""

from django.conf import settings
from django.core import checks

from imagehub.lib.outbound.addresses import allowance


@checks.register(checks.Tags.security)
def allowances_can_be_read(**_: object) -> list[checks.CheckMessage]:
    """Every entry of OUTBOUND_ALLOW is an address or network with or without ports (imagehub.E004)."""
    found: list[checks.CheckMessage] = []
    for rule in settings.OUTBOUND_ALLOW:
        try:
            allowance(rule)
        except ValueError:
            hint = "Write `address|network[:port|:*]`, an IPv6 address with a port in brackets."
            found.append(checks.Error(f"OUTBOUND_ALLOW: {rule!r} can't be read.", hint=hint, id="imagehub.E004"))
    return found
