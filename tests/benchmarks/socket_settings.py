"""The settings for measuring sockets: the product's own, with a way in that needs no accounts."""

from imagehub.settings import *  # noqa: F403  # that is what they are

EVENTS_AUTHENTICATOR = "tests.benchmarks.socket_settings.let_in"
ROOT_URLCONF = "tests.benchmarks.socket_settings"


def let_in(offer):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201  # models must not load with the settings
    """Let anybody in: the token is the name, and all hear the same."""
    from datetime import UTC, datetime

    from imagehub.events.credentials import Credential

    return Credential(offer.token, offer.token, frozenset({"user:1"}), datetime.max.replace(tzinfo=UTC), set)


urlpatterns: list[object] = []
