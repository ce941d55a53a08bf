"""Configuration that is legal to read and wrong to run with, as system checks with ids and hints."""

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 32
_KNOWN_SECRETS = {"secure-api-key-here", "changeme", "change-me", "secret", "insecure", "django-insecure"}


def is_weak(secret: str) -> bool:
    """Tell whether a secret is one that everybody knows, or short enough to be guessed."""
    return len(secret) < SHORTEST_SECRET or secret.lower() in _KNOWN_SECRETS or secret.startswith("django-insecure")


def insist() -> None:
    """Refuse to start on an error of security; for servers that, unlike `manage.py`, run no system checks."""
    found = checks.run_checks(tags=[checks.Tags.security])
    if faults := [f"{fault.msg} {fault.hint or ''}".strip() for fault in found if fault.is_serious()]:
        raise ImproperlyConfigured(" ".join(faults))


@checks.register(checks.Tags.security)
def secrets_are_strong(**_: object) -> list[checks.CheckMessage]:
    """Outside debug neither SECRET_KEY nor API_KEY may be short or a default (imagehub.E001, E002)."""
    if settings.DEBUG:
        return []
    hint = f"Use at least {SHORTEST_SECRET} random characters."
    found: list[checks.CheckMessage] = []
    if is_weak(settings.SECRET_KEY):
        found.append(checks.Error("SECRET_KEY is short or well known.", hint=hint, id="imagehub.E001"))
    if settings.API_KEY and is_weak(settings.API_KEY):
        found.append(checks.Error("API_KEY is short or well known.", hint=hint, id="imagehub.E002"))
    return found


@checks.register(checks.Tags.security)
def throttling_is_on(**_: object) -> list[checks.CheckMessage]:
    """THROTTLING=off is for load tests on one machine only (imagehub.E003)."""
    if settings.THROTTLING or settings.DEBUG or settings.EMBEDDED:
        return []
    return [checks.Error("THROTTLING is off in production.", hint="Remove THROTTLING=off.", id="imagehub.E003")]


@checks.register()
def processes_can_meet(**_: object) -> list[checks.CheckMessage]:
    """Several processes need Redis to count, wake and tell one another (imagehub.W001)."""
    if settings.EMBEDDED or settings.REDIS_URL:
        return []
    hint = "Set REDIS_URL; without it limits count per process and news wait for the next poll."
    return [checks.Warning("A database server is configured but no Redis.", hint=hint, id="imagehub.W001")]


@checks.register(deploy=True)
def public_url_is_known(**_: object) -> list[checks.CheckMessage]:
    """Mails and news carry absolute addresses, which must not come from a request's Host (imagehub.W002)."""
    if settings.PUBLIC_URL:
        return []
    return [checks.Warning("PUBLIC_URL is not set.", hint="Set PUBLIC_URL=https://your.host", id="imagehub.W002")]
