"""The library as a browser without script meets it: what it shows, what it finds, what is done to several."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from generated import facets, gallery, services
from generated.models import Generated, Status
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marking import marked
from imagehub.images.pipeline.marks import SourceType
from tests.generated.conftest import Give, png, trace

LIBRARY = "/generated/"
Visit = Callable[..., Client]


@pytest.fixture
def visit() -> Visit:
    """Sign somebody in: `visit(ada)`."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def prompts(client: Client, query: str = "") -> list[str]:
    """Return the prompts on a page in their order."""
    answer = client.get(LIBRARY + query)
    assert answer.status_code == 200
    return [tile.generated.prompt for tile in answer.context["page"].tiles]


def states() -> list[str]:
    return list(Generated.objects.order_by("number").values_list("status", flat=True))


@pytest.mark.parametrize("address", ["", "compare/?a=x&b=y", "x/", "x/download/"])
def test_strangers_are_asked_to_sign_in_first(db: None, address: str) -> None:
    answer = Client().get(LIBRARY + address)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/generated/")


def test_an_empty_library_says_what_it_is_for(ada: User, visit: Visit) -> None:
    text = visit(ada).get(LIBRARY).content.decode()

    assert "Keep what an AI made for you" in text
    assert "data-tile" not in text


def test_own_images_are_shown_newest_first_with_a_badge(ada: User, bea: User, visit: Visit, image_of: Give) -> None:
    image_of(ada, "a <b>fox")
    image_of(ada, "a cat")
    image_of(bea, "a dog")
    client = visit(ada)

    assert prompts(client) == ["a cat", "a <b>fox"]
    text = client.get(LIBRARY).content.decode()
    assert "a &lt;b&gt;fox" in text
    assert "<b>fox" not in text
    assert text.count('title="Made with AI">AI<') == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=FOX", ["a red fox", "a blue fox"]),
        ("?q=fox+red", ["a red fox"]),
        ("?q=wolf", []),
        ("?q=%21%21", ["a cat", "a red fox", "a blue fox"]),
        ("?model=one", ["a red fox", "a blue fox"]),
        ("?model=two", ["a cat"]),
        ("?size=64x48", ["a red fox", "a blue fox"]),
        ("?size=30x30", ["a cat"]),
        ("?size=nonsense", ["a cat", "a red fox", "a blue fox"]),
        ("?status=printed", ["a red fox"]),
        ("?status=unheard", ["a cat", "a red fox", "a blue fox"]),
        ("?source=trainedAlgorithmicMedia", ["a cat", "a red fox", "a blue fox"]),
        ("?source=compositeSynthetic", []),
        ("?sort=created_at", ["a blue fox", "a red fox", "a cat"]),
        ("?since=2000-01-01&until=2000-12-31", []),
        ("?since=2000-01-01&until=9999-12-31", ["a cat", "a red fox", "a blue fox"]),
        ("?page=9", ["a cat", "a red fox", "a blue fox"]),
        ("?model=one&q=fox&size=64x48&status=printed", ["a red fox"]),
    ],
)
def test_a_library_is_narrowed_by_its_address(
    ada: User, visit: Visit, image_of: Give, query: str, found: list[str]
) -> None:
    image_of(ada, "a blue fox", model="one")
    fox = image_of(ada, "a red fox", model="one")
    image_of(ada, "a cat", png(size=(30, 30)), model="two")
    services.change_status(fox.public_id, Status.PRINTED, by=ada)

    assert prompts(visit(ada), query) == found


def test_it_offers_what_there_is_to_choose_from(ada: User, visit: Visit, image_of: Give) -> None:
    image_of(ada, "a blue fox", model="one")
    image_of(ada, "a cat", png(size=(30, 30)), model="Another")
    image_of(ada, "a dog", png(size=(30, 30)))

    offered = visit(ada).get(LIBRARY).context["facets"]

    assert [(one.value, one.count) for one in offered.models] == [("Another", 1), ("one", 1)]
    assert [(one.text, one.count) for one in offered.sizes] == [("30 \u00d7 30", 2), ("64 \u00d7 48", 1)]
    assert [(one.text, one.count) for one in offered.sources] == [("Made by a model", 3)]
    assert [(one.text, one.count) for one in offered.statuses] == [("Generated", 3)]


def test_what_lies_in_the_bin_is_offered_there_alone(ada: User, visit: Visit, image_of: Give) -> None:
    image_of(ada, "a blue fox", model="one")
    binned = image_of(ada, "a cat", png(size=(30, 30)), model="two")
    services.change_status(binned.public_id, Status.DELETED, by=ada)
    client = visit(ada)

    library, bin_ = (client.get(f"{LIBRARY}{query}").context["facets"] for query in ("", "?status=deleted"))
    chosen = client.get(f"{LIBRARY}?model=two").context["facets"]

    assert [(one.value, one.count) for one in library.models] == [("one", 1)]
    assert [(one.value, one.count) for one in bin_.models] == [("two", 1)]
    assert (bin_.statuses, [one.text for one in bin_.sizes]) == ([], ["30 \u00d7 30"])
    assert [(one.value, one.count) for one in chosen.models] == [("one", 1), ("two", 0)]


def test_of_a_long_list_only_what_costs_little_is_counted(
    ada: User, visit: Visit, image_of: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST_ROWS", 5)
    image_of(ada, "a fox", model="one")
    image_of(ada, "a cat", model="two")

    offered = visit(ada).get(LIBRARY).context["facets"]

    assert [(one.value, one.count) for one in offered.models] == [("one", None), ("two", None)]
    assert [one.count for one in offered.sizes] == [None]
    assert [one.count for one in (*offered.statuses, *offered.sources)] == [2, 2]


def test_the_part_a_model_had_is_a_way_to_narrow(ada: User, visit: Visit, image_of: Give) -> None:
    edited = marked(png(), Format.PNG, SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA)
    image_of(ada, "a fox")
    image_of(ada, "an edit", edited)

    assert prompts(visit(ada), "?source=compositeWithTrainedAlgorithmicMedia") == ["an edit"]


def test_a_chip_for_each_narrowing_leads_to_the_page_without_it(ada: User, visit: Visit, image_of: Give) -> None:
    image_of(ada, "a fox", model="one")
    chips = visit(ada).get(f"{LIBRARY}?q=fox&model=one&since=2020-02-03&page=4").context["chips"]

    assert [(one.text, one.address) for one in chips] == [
        ("“fox”", "?model=one&since=2020-02-03"),
        ("one", "?q=fox&since=2020-02-03"),
        ("From 3 February 2020", "?q=fox&model=one"),
    ]


def test_pages_turn_and_keep_what_narrows(
    ada: User, visit: Visit, image_of: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "PER_PAGE", 2)
    for number in range(5):
        image_of(ada, f"fox {number}")
    client = visit(ada)

    assert prompts(client, "?q=fox&page=2") == ["fox 2", "fox 1"]
    text = client.get(f"{LIBRARY}?q=fox&page=2").content.decode()
    assert 'href="?q=fox" rel="prev"' in text
    assert 'href="?q=fox&amp;page=3" rel="next"' in text
    assert prompts(client, "?q=fox&page=3") == ["fox 0"]


def test_a_page_costs_as_many_queries_whatever_it_shows(ada: User, visit: Visit, image_of: Give) -> None:
    client = visit(ada)
    image_of(ada, "one", model="m")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(LIBRARY)
        counts.append(len(queries))
        for number in range(3):
            image_of(ada, f"more {number}", png(size=(20 + number, 20)), model=f"m{number}")

    assert counts[0] == counts[1]


def test_a_page_that_is_open_gets_its_grid_alone(ada: User, visit: Visit, image_of: Give) -> None:
    image_of(ada)
    text = visit(ada).get(f"{LIBRARY}?part=grid").content.decode()

    assert "data-tile" in text
    assert "<html" not in text


# -- Several at once ----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["printed", "ordered", "deleted"])
def test_several_change_their_status_at_once(ada: User, visit: Visit, image_of: Give, action: str) -> None:
    chosen = [image_of(ada, prompt).public_id for prompt in ("one", "two")]
    image_of(ada, "three")

    answer = visit(ada).post(LIBRARY, {"action": action, "images": chosen, "back": "/generated/?q=one"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/generated/?q=one")
    assert states() == [action, action, "generated"]


def test_a_script_hears_which_were_changed_and_takes_it_back(ada: User, visit: Visit, image_of: Give) -> None:
    first, second = image_of(ada, "one"), image_of(ada, "two")
    services.change_status(first.public_id, Status.PRINTED, by=ada)
    client = visit(ada)
    chosen = {"images": [first.public_id, "unknown", second.public_id]}

    answer = client.post(LIBRARY, {"action": "deleted", **chosen}, headers={"Accept": "application/json"})
    assert answer.json() == {
        "message": "2 images are in the bin.",
        "images": [first.public_id, second.public_id],
    }
    assert states() == ["deleted", "deleted"]
    client.post(LIBRARY, {"action": "restore", **chosen}, headers={"Accept": "application/json"})
    assert states() == ["printed", "generated"]


def test_a_twin_that_came_meanwhile_stops_only_the_one_it_replaces(ada: User, visit: Visit, image_of: Give) -> None:
    first, second = image_of(ada, "one"), image_of(ada, "two")
    for one in (first, second):
        services.change_status(one.public_id, Status.DELETED, by=ada)
    image_of(ada, "one")

    answer = visit(ada).post(
        LIBRARY,
        {"action": "restore", "images": [first.public_id, second.public_id]},
        headers={"Accept": "application/json"},
    )

    assert answer.json()["images"] == [second.public_id]
    assert states() == ["deleted", "generated", "generated"]


@pytest.mark.parametrize(
    "said",
    [
        {"action": "deleted"},
        {"action": "deleted", "images": []},
        {"action": "deleted", "images": ["../x"]},
        {"action": "deleted", "images": [f"i{number}" for number in range(301)]},
        {"action": "unheard"},
        {},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_without_a_trace(
    ada: User, visit: Visit, image_of: Give, said: dict[str, object]
) -> None:
    mine = image_of(ada)
    before = trace()
    said = {"images": [mine.public_id], **said} if said.get("action") == "unheard" else said

    answer = visit(ada).post(LIBRARY, said, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")
    assert trace() == before


@pytest.mark.parametrize("action", ["printed", "deleted", "restore", "remove"])
def test_images_of_others_are_left_alone(ada: User, bea: User, visit: Visit, image_of: Give, action: str) -> None:
    foreign = image_of(bea)
    before = trace()

    answer = visit(ada).post(
        LIBRARY, {"action": action, "images": [foreign.public_id]}, headers={"Accept": "application/json"}
    )

    assert answer.json()["images"] == []
    assert trace() == before


def test_nobody_is_led_to_another_site(ada: User, visit: Visit, image_of: Give) -> None:
    mine = image_of(ada)
    client = visit(ada)
    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", ""):
        answer = client.post(LIBRARY, {"action": "printed", "images": [mine.public_id], "back": back})
        assert answer.headers["Location"] == "/generated/"


# -- The bin ------------------------------------------------------------------------------------------


def test_the_bin_says_how_long_each_image_stays(ada: User, visit: Visit, image_of: Give, settings: Settings) -> None:
    settings.GENERATED_RETENTION_DAYS = 10
    for prompt, days in (("new", 0), ("old", 9), ("late", 12)):
        services.change_status(image_of(ada, prompt).public_id, Status.DELETED, by=ada)
        binned = timezone.now() - timedelta(days=days)
        Generated.objects.filter(prompt=prompt).update(deleted_at=binned)

    page = visit(ada).get(f"{LIBRARY}?status=deleted").context["page"]

    assert [(tile.generated.prompt, tile.days_left) for tile in page.tiles] == [("late", 0), ("old", 1), ("new", 10)]


def test_the_bin_is_emptied_and_nothing_else(ada: User, bea: User, visit: Visit, image_of: Give) -> None:
    for owner, prompt in ((ada, "one"), (ada, "two"), (bea, "foreign")):
        services.change_status(image_of(owner, prompt).public_id, Status.DELETED, by=owner)
    image_of(ada, "live")
    client = visit(ada)

    client.post(LIBRARY, {"action": "empty"})
    answer = client.post(LIBRARY, {"action": "empty"}, headers={"Accept": "application/json"})

    assert answer.json()["images"] == []
    assert sorted(Generated.objects.values_list("prompt", flat=True)) == ["foreign", "live"]


def test_one_is_deleted_for_good(ada: User, visit: Visit, image_of: Give) -> None:
    doomed = image_of(ada)
    visit(ada).post(LIBRARY, {"action": "remove", "images": [doomed.public_id]})

    assert not Generated.objects.exists()
