"""A link to a board: it leads there for whoever has it, as long as it holds, and gives away what was agreed."""

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from generated import services
from generated.models import Board, ShareLink, Status
from generated.services import boards, sharing
from generated.services.sharing import Terms
from imagehub.api.models import Answer
from imagehub.events.models import Event
from imagehub.images.pipeline.recipes import Policy
from tests.generated.conftest import Give
from tests.images.sharing.reading import addresses, text

Api = Callable[..., APIClient]
Share = Callable[..., str]
PROMPT = "a secret fox"

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(ada: User, image_of: Give) -> Board:
    made = boards.create("Foxes", owner=ada, by=ada)
    images = [image_of(ada, PROMPT, seed=4711, model="dreamer-3").public_id, image_of(ada, "another fox").public_id]
    return boards.pin(made.public_id, images, by=ada)


@pytest.fixture
def share(board: Board) -> Share:
    """Share the board and return the address of the page."""

    def make(**terms: object) -> str:
        _, token = sharing.share(board.public_id, Terms(**terms), by=board.owner)  # type: ignore[arg-type]  # as the test says
        return f"/shared/{token}/"

    return make


def test_a_stranger_sees_the_board(client: Client, share: Share) -> None:
    page = text(client, share())

    assert "Foxes" in page
    assert page.count("data-lightbox-item") == 2
    assert page.count(">AI</span>") == 2
    assert addresses(page)
    assert {client.get(address).status_code for address in addresses(page)} == {200}
    assert ShareLink.objects.get().opened_count == 1


def test_the_page_says_in_data_that_a_model_made_the_pictures(client: Client, share: Share) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text(client, share()))
    assert found
    data = json.loads(found[1])

    assert data["name"] == "Foxes"
    types = {image["digitalSourceType"] for image in data["image"]}
    assert types == {"https://schema.org/TrainedAlgorithmicMediaDigitalSource"}


def test_only_a_digest_of_the_token_is_kept(ada: User, board: Board, api: Api, written: io.StringIO) -> None:
    path = f"/api/v1/boards/{board.public_id}/links"
    made = api(ada).post(path, {"recipient": "Bob"}, format="json", headers={"Idempotency-Key": "k"})
    assert made.status_code == 201
    token = made.json()["url"].split("/")[-2]
    Client().get(f"/shared/{token}/")

    assert len(token) == 32
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM generated_sharelink")
        assert token not in str(cursor.fetchall())
    assert token not in str(list(Event.objects.values_list("data", flat=True)))
    assert not Answer.objects.exists()
    assert "/shared/" in written.getvalue()
    assert token not in written.getvalue()
    listed = api(ada).get(path).json()["links"]
    assert token not in str(listed)
    assert [(link["recipient"], link["opened_count"], link["policy"]) for link in listed] == [("Bob", 1, "drop")]


def test_a_link_holds_thirty_days_unless_said_otherwise(share: Share) -> None:
    share()

    left = ShareLink.objects.get().expires_at - timezone.now()

    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


def test_prompt_and_parameters_stay_at_home_unless_agreed(client: Client, share: Share) -> None:
    dropped, kept = share(), share(policy=Policy.KEEP)

    files = {}
    for address in (dropped, kept):
        page = text(client, address)
        download = re.findall(r'href="(/shared/[^"]+\.png)"', page)[0]
        answer = client.get(download)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        originals = [client.get(each) for each in addresses(page) if "/original." in each]
        stored = b"".join(b"".join(one) if one.streaming else one.content for one in originals)
        assert PROMPT.encode() not in stored
        files[address] = (page, str(answer.headers), answer.content)

    for secret in (PROMPT, "secret", "4711", "dreamer-3"):
        assert secret not in files[dropped][0]
        assert secret not in files[dropped][1]
        assert secret.encode() not in files[dropped][2]
        assert secret in files[kept][0]
        assert secret.encode() in files[kept][2]
    assert b"trainedAlgorithmicMedia" in files[dropped][2]


def test_what_the_owner_bins_or_takes_off_is_gone_for_others_at_once(
    client: Client, ada: User, board: Board, share: Share
) -> None:
    address = share()
    first, second = (pin.generated for pin in board.pins.in_order())
    downloads = re.findall(r'href="(/shared/[^"]+\.png)" download aria', text(client, address))
    assert len(downloads) == 2

    services.change_status(first.public_id, Status.DELETED, by=ada)
    assert text(client, address).count("data-lightbox-item") == 1
    assert [client.get(each).status_code for each in downloads] == [404, 200]
    boards.unpin(board.public_id, second.public_id, by=ada)
    assert text(client, address).count("data-lightbox-item") == 0
    assert [client.get(each).status_code for each in downloads] == [404, 404]
    services.change_status(first.public_id, Status.GENERATED, by=ada)
    assert text(client, address).count("data-lightbox-item") == 1
    boards.delete(board.public_id, by=ada)
    assert client.get(address).status_code == 404


def test_a_download_reaches_nothing_beside_the_board(client: Client, ada: User, image_of: Give, share: Share) -> None:
    other = image_of(ada, "elsewhere")

    assert client.get(f"{share()}{other.image.public_id}.png").status_code == 404
