from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from publications import listing, tallies
from publications.models import Publication, Tally
from publications.services import moderation, publications
from publications.tallies import BUCKET_BITS, Shelf
from tests.publications.conftest import ROOT

Api = Callable[..., APIClient]
BUCKET = 1 << BUCKET_BITS


@pytest.fixture
def shelves(ada: User, bea: User) -> list[Publication]:
    """Put up publications in several buckets, some of them hidden; return them newest first."""
    rows = [
        Publication(pk=pk, public_id=f"p{pk}", owner=(ada, bea)[pk % 2], title=f"{pk}", hidden_at=hidden)
        for pk in (1, 2, 3, 1022, 1023, 1024, 1025, 2047, 2048, 5000, 5001, 9 * BUCKET)
        for hidden in [None if pk % 5 else "2026-01-01T00:00Z"]
    ]
    Publication.objects.bulk_create(rows)
    tallies.recount()
    return list(Publication.objects.order_by("-pk"))


def ids(body: Any) -> list[str]:
    return [publication["id"] for publication in body["publications"]]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("reader", ["ada", "bea", "staff"])
@pytest.mark.parametrize("owner", ["", "ada", "bea"])
def test_pages_together_are_what_a_reader_may_see(
    *, limit: int, reader: str, owner: str, shelves: list[Publication], request: Any, api: Api
) -> None:
    user = request.getfixturevalue(reader)
    expected = [
        one.public_id
        for one in shelves
        if (not owner or one.owner.username == owner)
        and (not one.is_hidden or reader == "staff" or (owner == reader and one.owner == user))
    ]
    query = {"limit": limit} | ({"owner": request.getfixturevalue(owner).public_id} if owner else {})
    client = api(user)

    pages = -(-len(expected) // limit)
    bodies = [client.get(ROOT, {**query, "page": page}).json() for page in range(1, pages + 2)]

    assert [name for body in bodies for name in ids(body)] == expected
    assert [body["pagination"] for body in bodies] == [
        {"page": page, "limit": limit, "total": len(expected), "pages": pages} for page in range(1, pages + 2)
    ]


def test_an_empty_list_has_no_pages(ada: User, api: Api) -> None:
    assert api(ada).get(ROOT).json() == {
        "publications": [],
        "pagination": {"page": 1, "limit": 20, "total": 0, "pages": 0},
    }


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=abc", "page=1e9", "page=9999999999", "limit=0", "limit=-1", "limit=101", "limit=x"],
)
def test_a_page_that_is_none_is_refused(query: str, ada: User, api: Api) -> None:
    refused = api(ada).get(f"{ROOT}?{query}")

    assert (refused.status_code, refused.json()["code"]) == (400, "VALIDATION_ERROR")
    assert set(refused.json()["details"]) == {query.split("=", maxsplit=1)[0]}


def test_a_page_far_beyond_the_end_is_empty(shelves: list[Publication], ada: User, api: Api) -> None:
    body = api(ada).get(f"{ROOT}?page=1000000000&limit=100").json()

    assert body["publications"] == []
    assert body["pagination"]["pages"] == 1


def test_publications_of_nobody_are_not_found(ada: User, api: Api) -> None:
    refused = [api(ada).get(ROOT, {"owner": name}) for name in ("user_nobody", "1 OR 1=1")]

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(404, "USER_NOT_FOUND")] * 2


@pytest.mark.parametrize("query", [{}, {"owner": "ada"}, {"owner": "bea"}], ids=str)
def test_a_page_costs_six_queries_however_much_is_on_it(
    *, query: Any, ada: User, bea: User, api: Api, publication_of: Any, photo_in: Any
) -> None:
    for owner in (ada, bea):
        for _ in range(2):
            publication = publication_of(owner)
            photo_in(publication)
            photo_in(publication)
    names = {"ada": ada.public_id, "bea": bea.public_id}
    client = api(ada)

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(ROOT, {key: names[value] for key, value in query.items()})

    assert len(answer.json()["publications"]) == (2 if query else 4)
    assert len(queries) <= 6


def test_counts_follow_what_happens(ada: User, bea: User, staff: User, publication_of: Any) -> None:
    mine = [publication_of(ada) for _ in range(3)]
    publication_of(bea)
    moderation.hide(mine[0].public_id, "No.", by=staff)
    moderation.hide(mine[1].public_id, "No.", by=staff)
    moderation.show(mine[1].public_id, by=staff)
    publications.delete(mine[2].public_id, by=ada)

    def counts() -> list[tuple[int, int, int]]:
        rows = Tally.objects.exclude(shown=0, hidden=0).order_by("shelf")
        return list(rows.values_list("shelf", "shown", "hidden"))

    expected = [(0, 2, 1), *sorted([(ada.pk, 1, 1), (bea.pk, 1, 0)])]
    assert counts() == expected
    tallies.recount()
    assert counts() == expected

    publications.delete(mine[0].public_id, by=staff)
    assert counts() == [(0, 2, 0), *sorted([(ada.pk, 1, 0), (bea.pk, 1, 0)])]


def test_a_page_is_found_within_one_bucket(shelves: list[Publication]) -> None:
    everything = Shelf(holds_hidden=True)

    for offset in range(len(shelves)):
        place = tallies.place(everything, offset, 1)
        assert place.skip < BUCKET
        found, total = listing.publications_on(everything, number=offset + 1, limit=1)
        assert (found, total) == ([shelves[offset]], len(shelves))
