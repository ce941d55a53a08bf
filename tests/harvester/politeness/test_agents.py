"""Who we say that we are."""

import pytest
from pytest_django import Settings

from harvester.politeness.agents import agent


@pytest.mark.parametrize(
    ("contact", "public_url", "said"),
    [
        ("", "", "ImageHub/1"),
        ("https://example.org/bot", "", "ImageHub/1 (+https://example.org/bot)"),
        ("bot@example.org", "https://example.org", "ImageHub/1 (+bot@example.org)"),
        ("", "https://images.example.org", "ImageHub/1 (+https://images.example.org)"),
        ("bot@example.org\r\nX-Evil: 1)", "", "ImageHub/1 (+bot@example.orgX-Evil:1)"),
        ("böt@example.org", "", "ImageHub/1 (+bt@example.org)"),
    ],
)
def test_the_name_leads_to_somebody(settings: Settings, contact: str, public_url: str, said: str) -> None:
    settings.VERSION, settings.HARVEST_CONTACT, settings.PUBLIC_URL = "1", contact, public_url
    assert agent() == said
