"""The review page: photos that look alike, side by side, for staff only; as a browser without script meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from publications import pairs, tasks
from publications.models import Photo, Publication, Resemblance, Verdict
from publications.services import moderation, resemblances
from tests.publications.lookalikes import copied, drawn, put_up

pytestmark = pytest.mark.django_db
PAGE = "/publications/review/"


@pytest.fixture
def reviewer(staff: User) -> Client:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def pair(ada: User, bea: User) -> Resemblance:
    put_up(ada, drawn("sea"), title="The first")
    put_up(bea, copied("sea"), title="The copy")
    for pk in Photo.objects.values_list("pk", flat=True):
        tasks.compare(pk)
    return Resemblance.objects.get()


def later(pair: Resemblance) -> Publication:
    """Return the publication that came later, as it is now."""
    return Publication.objects.get(photos=pair.later_id)


def verdict(pair: Resemblance) -> str:
    """Return what staff says now."""
    return str(Resemblance.objects.get(pk=pair.pk).verdict)


def test_strangers_are_asked_to_sign_in_first() -> None:
    answer = Client().get(PAGE)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={PAGE}")


@pytest.mark.parametrize("method", ["get", "post", "head", "options"])
def test_for_others_there_is_nothing_here(method: str, pair: Resemblance, bea: User) -> None:
    client = Client()
    client.force_login(bea, backend="django.contrib.auth.backends.ModelBackend")

    answer = getattr(client, method)(PAGE, {"action": "dismiss", "pair": pair.pk})

    assert answer.status_code == 404
    assert verdict(pair) == Verdict.OPEN


def test_without_pairs_the_page_says_what_it_is_for(reviewer: Client) -> None:
    assert "Nothing to judge" in reviewer.get(PAGE).content.decode()


def test_a_pair_stands_side_by_side(pair: Resemblance, reviewer: Client) -> None:
    text = reviewer.get(PAGE).content.decode()

    for photo in (pair.earlier, pair.later):
        assert f"/i/{photo.image.public_id}/w320.auto" in text
        assert f"/publications/{photo.publication.public_id}/" in text
        assert f"/avatar/{photo.publication.owner.public_id}?" in text
        assert f"{photo.image.width} × {photo.image.height}" in text  # noqa: RUF001  # the sign that people read
    assert text.index("The first") < text.index("The copy")
    assert f"{pair.distance} of 64 bits differ" in text


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (0, "Looks the same"),
        (1, "Almost the same"),
        (2, "Almost the same"),
        (3, "Very much alike"),
        (5, "Very much alike"),
        (6, "Alike"),
        (64, "Alike"),
    ],
)
def test_the_distance_is_put_in_words(distance: int, words: str, pair: Resemblance) -> None:
    pair.distance = distance
    assert str(pairs.Pair.of(pair).words) == words


def test_pictures_of_a_hidden_publication_are_shown_to_staff(pair: Resemblance, reviewer: Client, staff: User) -> None:
    moderation.hide(later(pair).public_id, "Stolen.", by=staff)

    text = reviewer.get(PAGE).content.decode()

    assert f"/i/{pair.later.image.public_id}/w320.auto?exp=" in text
    assert '<span class="badge warn">Hidden</span>' in text


@pytest.mark.parametrize(
    ("action", "result", "said"),
    [
        ("confirm", Verdict.CONFIRMED, "Confirmed. You can hide the later publication now."),
        ("dismiss", Verdict.DISMISSED, "Dismissed."),
    ],
)
def test_a_button_decides_and_another_takes_it_back(
    action: str, result: Verdict, said: str, pair: Resemblance, reviewer: Client
) -> None:
    answer = reviewer.post(PAGE, {"action": action, "pair": pair.pk}, follow=True)

    assert answer.redirect_chain == [(f"{PAGE}?verdict=open", 302)]
    text = answer.content.decode()
    assert said in text
    assert f'data-pair="{pair.pk}"' not in text
    assert verdict(pair) == result
    assert f'data-pair="{pair.pk}"' in reviewer.get(f"{PAGE}?verdict={result.value}").content.decode()

    reviewer.post(f"{PAGE}?verdict={result.value}", {"action": "reopen", "pair": pair.pk})
    assert verdict(pair) == Verdict.OPEN


def test_a_confirmed_pair_leads_to_hiding_the_later_publication(pair: Resemblance, reviewer: Client) -> None:
    reviewer.post(PAGE, {"action": "confirm", "pair": pair.pk})
    assert 'name="reason"' in reviewer.get(f"{PAGE}?verdict=confirmed").content.decode()

    reviewer.post(PAGE, {"action": "hide", "pair": pair.pk, "reason": "Stolen."})
    assert (later(pair).is_hidden, later(pair).hidden_reason) == (True, "Stolen.")
    assert not pair.earlier.publication.is_hidden
    assert "Show it again" in reviewer.get(f"{PAGE}?verdict=confirmed").content.decode()

    reviewer.post(PAGE, {"action": "show", "pair": pair.pk})
    assert not later(pair).is_hidden


def test_an_open_page_gets_the_changed_pair_and_the_counts(pair: Resemblance, reviewer: Client) -> None:
    text = reviewer.post(f"{PAGE}?part=pair", {"action": "confirm", "pair": pair.pk}).content.decode()

    assert "<html" not in text
    assert f'data-pair="{pair.pk}" data-verdict="confirmed"' in text
    assert 'Open <span class="numbers">0</span>' in text
    assert 'Confirmed <span class="numbers">1</span>' in text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"action": "confirm"}, 400),
        ({"action": "explode", "pair": "PAIR"}, 400),
        ({"action": "confirm", "pair": "one"}, 400),
        ({"action": "confirm", "pair": "-1"}, 400),
        ({"action": "confirm", "pair": "٣"}, 400),
        ({"action": "confirm", "pair": "9" * 40}, 400),
        ({"action": "confirm", "pair": "999999"}, 404),
        ({"action": "hide", "pair": "999999", "reason": "x"}, 404),
        ({"action": "show", "pair": "999999"}, 404),
        ({"action": "hide", "pair": "PAIR"}, 400),
        ({"action": "hide", "pair": "PAIR", "reason": "  "}, 400),
        ({"action": "hide", "pair": "PAIR", "reason": "x" * 501}, 400),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(
    fields: dict[str, str], status: int, pair: Resemblance, reviewer: Client
) -> None:
    sent = {name: str(pair.pk) if value == "PAIR" else value for name, value in fields.items()}

    answer = reviewer.post(PAGE, sent)

    assert answer.status_code == status
    assert (verdict(pair), later(pair).is_hidden) == (Verdict.OPEN, False)


def test_who_comes_too_late_is_told(pair: Resemblance, reviewer: Client, staff: User) -> None:
    resemblances.decide(pair.pk, Verdict.DISMISSED, by=staff)

    answer = reviewer.post(PAGE, {"action": "confirm", "pair": pair.pk})

    assert answer.status_code == 409
    assert "Somebody has decided otherwise meanwhile." in answer.content.decode()
    assert verdict(pair) == Verdict.DISMISSED


def test_forms_from_other_sites_change_nothing(pair: Resemblance, staff: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(PAGE, {"action": "confirm", "pair": pair.pk}).status_code == 403
    assert verdict(pair) == Verdict.OPEN


@pytest.mark.parametrize("query", ["?verdict=nothing", "?before=x", "?before=-1", "?before=" + "9" * 30, "?verdict="])
def test_a_wish_that_makes_no_sense_is_none(query: str, pair: Resemblance, reviewer: Client) -> None:
    assert f'data-pair="{pair.pk}"' in reviewer.get(PAGE + query).content.decode()


@pytest.fixture
def many(ada: User, bea: User) -> list[int]:
    """Make 30 pairs and return their numbers, newest first."""
    sides = [put_up(owner, drawn(scene)) for owner, scene in ((ada, "sea"), (bea, "night"))]
    first, second = (publication.photos.get() for publication in sides)
    numbers = []
    for number in range(30):
        image = second.image if number else first.image
        image.pk, image.public_id, image.key = None, f"image{number}", f"images_x/{number}"
        image.save(force_insert=True)
        photo = Photo(publication=sides[1], image=image, content=str(number), slot=0, allowance=8, position=1)
        photo.publication = put_up(bea, title=f"Nr. {number}")
        photo.save(force_insert=True)
        numbers.append(Resemblance.objects.create(earlier=first, later=photo, distance=2).pk)
    return numbers[::-1]


def shown(reviewer: Client, query: str) -> list[int]:
    return [pair.row.pk for pair in reviewer.get(PAGE + query).context["page"].pairs]


def test_pages_follow_one_another_without_gap_or_repeat(many: list[int], reviewer: Client) -> None:
    seen = shown(reviewer, "")
    while (before := reviewer.get(f"{PAGE}?before={seen[-1]}").context["page"]).pairs:
        seen += [pair.row.pk for pair in before.pairs]

    assert seen == many
    assert "Older pairs" in reviewer.get(PAGE).content.decode()
    assert "Older pairs" not in reviewer.get(f"{PAGE}?before={many[-pairs.PAGE - 1]}").content.decode()


def test_what_is_decided_meanwhile_moves_nothing(many: list[int], reviewer: Client, staff: User) -> None:
    first = shown(reviewer, "")
    for number in first:
        resemblances.decide(number, Verdict.DISMISSED, by=staff)

    assert shown(reviewer, f"?before={first[-1]}") == many[pairs.PAGE : 2 * pairs.PAGE]


def test_the_page_takes_few_questions_however_many_pairs(
    many: list[int], reviewer: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(7):
        reviewer.get(PAGE)


def test_large_numbers_are_not_counted_to_the_end(
    many: list[int], reviewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "MOST_COUNTED", 10)

    assert 'Open <span class="numbers">9+</span>' in reviewer.get(PAGE).content.decode()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7*7 }}", '"><img src=x onerror=alert(1)>'])
def test_titles_are_text(name: str, pair: Resemblance, reviewer: Client) -> None:
    Publication.objects.update(title=name, hidden_reason=name)
    Photo.objects.update(alt_text=name)

    text = reviewer.get(PAGE).content.decode()

    assert "<script>alert" not in text
    assert "<img src=x" not in text
