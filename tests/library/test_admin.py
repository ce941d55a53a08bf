"""Batches in the admin: what became of them is said in the reader's language."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from imagehub.library.models import Batch, Part, State
from tests.rows import row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client) -> Client:
    person = User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ({"cancelled_at": None, "finished_at": None}, "en curso"),
        ({"cancelled_at": timezone.now(), "finished_at": None}, "cancelado"),
        ({"cancelled_at": None, "finished_at": timezone.now()}, "terminado"),
    ],
)
def test_a_list_of_batches_says_what_became_of_each(root: Client, ends: dict[str, object], said: str) -> None:
    row_of(Batch, **ends)
    page = root.get("/admin/library/batch/", headers={"Accept-Language": "es"}).content.decode()
    assert f'<td class="field-became">{said}</td>' in page


def test_the_page_of_a_batch_counts_its_images_by_what_came_of_them(root: Client) -> None:
    batch = row_of(Batch)
    for position, state in enumerate((State.DONE, State.DONE, State.FAILED, State.WAITING)):
        row_of(Part, batch=batch, position=position, state=state)
    page = root.get(f"/admin/library/batch/{batch.pk}/change/", headers={"Accept-Language": "fr"}).content.decode()
    assert "terminées: 2, en échec: 1, en attente: 1" in page
