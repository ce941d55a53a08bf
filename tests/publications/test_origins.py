"""Photos that a model made say so on the pages of their publication, to people and to programs."""

import json
import re

import pytest
from django.test import Client

from accounts.models import User
from publications.models import Publication
from tests.corpus import generated
from tests.publications.lookalikes import drawn, put_up

TERM = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
MARK = 'class="ai-mark"'


@pytest.fixture
def mixed(ada: User) -> Publication:
    """Put up a photo that a model made, then one that a camera took."""
    return put_up(ada, generated.png(parameters=generated.A1111), drawn("sea"))


def photos(page: str, start: str) -> list[str]:
    """Return the page in pieces of one photo each."""
    return page.split(start)[1:]


def test_the_public_page_marks_what_a_model_made(mixed: Publication, client: Client) -> None:
    page = client.get(f"/publications/{mixed.public_id}/").content.decode()

    shown = photos(page, "<figure")
    assert [MARK in photo for photo in shown] == [True, False]
    assert ["<dd>Made with AI</dd>" in photo for photo in shown] == [True, False]


def test_programs_are_told_in_the_words_of_schema_org(mixed: Publication, client: Client) -> None:
    page = client.get(f"/publications/{mixed.public_id}/").content.decode()

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    assert [one.get("digitalSourceType") for one in json.loads(found[1])["image"]] == [TERM, None]


def test_the_editor_marks_it_too(mixed: Publication, ada: User, client: Client) -> None:
    client.force_login(ada)
    page = client.get(f"/publications/{mixed.public_id}/edit/").content.decode()

    assert [MARK in photo for photo in photos(page, '<li class="shot"')] == [True, False]
