"""What staff and the background do while owners go on: nothing is lost, shown or counted wrongly, and nobody fails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from accounts.models import User
from imagehub.images.models import Image
from imagehub.lib.errors import Conflict, NotFound
from publications.models import Photo, Publication, Resemblance, Verdict
from publications.services import moderation, photos, publications, resemblances
from tests.crowds import at_once, together
from tests.publications.conftest import ROOT, distinct
from tests.publications.counting import counted
from tests.publications.lookalikes import copied, drawn, photo_of, put_up
from tests.publications.test_races import CROWD, ROUNDS, codes, require_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crowd]
Api = Callable[..., APIClient]
MOMENT = 0.5  # seconds for something to happen that must not


def _remove(photo: Photo) -> None:
    photos.remove(photo.publication.public_id, photo.image.public_id, by=photo.publication.owner)


def _clear(photo: Photo) -> None:
    photos.clear(photo.publication.public_id, by=photo.publication.owner)


def _delete(photo: Photo) -> None:
    publications.delete(photo.publication.public_id, by=photo.publication.owner)


@pytest.mark.parametrize("go", [_remove, _clear, _delete])
def test_a_photo_that_goes_while_it_is_compared_goes(go: Callable[[Photo], None], ada: User, bea: User) -> None:
    original, copy = photo_of(put_up(ada, drawn("sea"))), photo_of(put_up(bea, copied("sea")))
    resemblances.compare(original.pk)

    with ThreadPoolExecutor(1) as other, connection.execute_wrapper(_just_before_photos_go(other, copy.pk)):
        go(original)

    assert not Photo.objects.filter(pk=original.pk).exists()
    assert Resemblance.objects.count() == 0
    require_sound()


def _just_before_photos_go(other: ThreadPoolExecutor, photo_id: int) -> Callable[..., Any]:
    """Compare a photo meanwhile, as far as it comes."""

    def compare() -> None:
        try:
            resemblances.compare(photo_id)
        finally:
            connections.close_all()

    def meddle(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("DELETE") and "publications_photo" in sql:
            wait([other.submit(compare)], timeout=MOMENT)
        return execute(sql, *rest)

    return meddle


def test_nothing_of_a_publication_is_public_after_it_was_hidden(
    ada: User, staff: User, api: Api, publication_of: Any, upload: Any
) -> None:
    client, pictures = api(ada), distinct(4)
    for number in range(ROUNDS):
        publication = publication_of(ada)

        *added, _ = together(
            *(partial(upload, client, publication, data) for data in pictures),
            partial(moderation.hide, publication.public_id, f"reason {number}", by=staff),
        )

        assert codes(added) == {(201, ""): 4}
        assert set(Image.objects.filter(photo__publication=publication).values_list("is_public", flat=True)) == {False}
    assert counted() == {(0, ROUNDS)}


def test_what_is_hidden_and_shown_by_many_is_counted_once_and_agrees(
    ada: User, staff: User, publication_of: Any, photo_in: Any
) -> None:
    publication = publication_of(ada)
    photo = photo_in(publication)
    for _ in range(ROUNDS):
        together(
            *[partial(moderation.hide, publication.public_id, "stolen", by=staff)] * 4,
            *[partial(moderation.show, publication.public_id, by=staff)] * 4,
        )

        is_hidden = Publication.objects.get().is_hidden
        assert Image.objects.get(pk=photo.image_id).is_public is not is_hidden
        assert counted() == {(int(not is_hidden), int(is_hidden))}


def test_a_crowd_that_begins_at_once_is_let_in(ada: User, api: Api) -> None:
    client = api(ada)

    answers = at_once([partial(client.post, ROOT, {"title": f"Boat {number}"}) for number in range(CROWD)])

    assert codes(answers) == {(201, ""): CROWD}
    assert counted() == {(CROWD, 0)}
    require_sound()


def test_a_pair_is_decided_once_and_goes_with_its_photo(ada: User, bea: User, staff: User) -> None:
    for _ in range(ROUNDS):
        original, copy = put_up(ada, drawn("sea")), put_up(bea, copied("sea"))
        resemblances.compare(photo_of(original).pk)
        resemblances.compare(photo_of(copy).pk)
        pair = Resemblance.objects.get()

        together(
            *(partial(_decided, pair.pk, verdict, staff) for verdict in (Verdict.CONFIRMED, Verdict.DISMISSED)),
            partial(publications.delete, copy.public_id, by=bea),
        )

        assert Resemblance.objects.count() == 0
        publications.delete(original.public_id, by=ada)
    require_sound()


def _decided(number: int, verdict: Verdict, by: User) -> str:
    try:
        return str(resemblances.decide(number, verdict, by=by).verdict)
    except (Conflict, NotFound) as error:
        return error.code
