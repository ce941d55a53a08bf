"""Lists for staff: the newest rows, the way further back, and what a search finds among all of them."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import ApiKey, Plan, User
from imagehub.lib import backstage
from tests.rows import row_of

pytestmark = pytest.mark.django_db
PEOPLE, KEYS = "/admin/accounts/user/", "/admin/accounts/apikey/"


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> list[User]:
    """Five accounts, the oldest first; a list looks at three."""
    monkeypatch.setattr(backstage, "WINDOW", 3)
    root = User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")
    return [root, *(row_of(User, username=name, is_staff=name == "abe") for name in ("abe", "bea", "cleo", "dora"))]


@pytest.fixture
def root(client: Client, people: list[User]) -> Client:
    client.force_login(people[0], backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(root: Client, **asked: str) -> list[str]:
    return [person.username for person in root.get(PEOPLE, asked).context["cl"].result_list]


def test_a_list_begins_with_the_newest_and_leads_further_back(root: Client, people: list[User]) -> None:
    page = root.get(PEOPLE)
    changelist = page.context["cl"]
    assert ([person.username for person in changelist.result_list], changelist.result_count) == (
        ["dora", "cleo", "bea"],
        3,
    )
    assert "this part alone" in page.content.decode()
    assert f'<a href="?pk__lte={people[1].pk}">Further back</a>' in page.content.decode()
    assert "To the newest" not in page.content.decode()

    older = root.get(f"{PEOPLE}{changelist.further}")
    assert [person.username for person in older.context["cl"].result_list] == ["abe", "root"]
    assert "Further back" not in older.content.decode()
    assert '<a href="?">To the newest</a>' in older.content.decode()


def test_a_list_that_is_shown_whole_says_nothing_of_it(root: Client) -> None:
    assert "this part alone" not in root.get(KEYS).content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "ab"}, ["abe"]),
        ({"q": " ROOT@example "}, ["root"]),
        ({"q": "e"}, []),
        ({"q": "%"}, []),
        ({"q": "root", "is_staff__exact": "0"}, []),
        ({"is_staff__exact": "1"}, ["abe", "root"]),
        ({"is_staff__exact": "0"}, ["dora", "cleo", "bea"]),
        ({"o": "1"}, ["bea", "cleo", "dora"]),
        ({"o": "1", "is_staff__exact": "1"}, ["abe", "root"]),
    ],
)
def test_names_and_what_has_an_index_are_looked_for_among_all(
    root: Client, asked: dict[str, str], found: list[str]
) -> None:
    assert listed(root, **asked) == found


def test_words_are_looked_for_among_the_newest_and_further_back_when_that_is_wanted(root: Client) -> None:
    keys = [row_of(ApiKey, name=f"robot {number}") for number in range(5)]
    page = root.get(KEYS, {"q": "OBOT"})
    assert [key.pk for key in page.context["cl"].result_list] == [key.pk for key in keys[:1:-1]]
    assert "this part alone" in page.content.decode()

    older = root.get(f"{KEYS}{page.context['cl'].further}")
    assert [key.pk for key in older.context["cl"].result_list] == [key.pk for key in keys[1::-1]]
    assert "this part alone" not in older.content.decode()


def test_words_are_looked_for_among_the_newest_of_whoever_is_asked_about(root: Client, people: list[User]) -> None:
    mine = row_of(ApiKey, name="robot", owner=people[1])
    for _ in range(4):
        row_of(ApiKey, name="robot", owner=people[2])
    found = root.get(KEYS, {"q": "robot", "owner__id__exact": str(people[1].pk)}).context["cl"].result_list
    assert [key.pk for key in found] == [mine.pk]


@pytest.mark.parametrize("asked", [{"pk__lte": "x"}, {"is_active__exact": "x"}])
def test_an_address_that_means_nothing_leads_back_to_the_list(root: Client, asked: dict[str, str]) -> None:
    answer = root.get(PEOPLE, asked, follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(f"{PEOPLE}?e=1", 302)])


def test_a_number_that_no_row_can_have_finds_nothing_and_is_no_error(root: Client) -> None:
    assert root.get(KEYS, {"owner__id__exact": "9" * 30}, follow=True).status_code == 200


def test_what_staff_does_is_written_down(root: Client, people: list[User]) -> None:
    root.post(PEOPLE, {"action": "give_premium", "_selected_action": [people[3].pk, people[4].pk]})
    assert list(User.objects.filter(plan=Plan.PREMIUM).order_by("pk").values_list("username", flat=True)) == [
        "cleo",
        "dora",
    ]
    said = LogEntry.objects.order_by("pk")
    assert list(said.values_list("user__username", "object_repr", "change_message")) == [
        ("root", "dora", "Premium"),
        ("root", "cleo", "Premium"),
    ]

    page = root.get("/admin/admin/logentry/", {"q": "root"}).content.decode()
    assert (page.count('<td class="field-told">Premium</td>'), page.count("field-object_repr")) == (2, 2)
    assert root.post(f"/admin/admin/logentry/{said[0].pk}/delete/", {"post": "yes"}).status_code == 403
    assert "dora" in root.get("/admin/").content.decode()
    assert "Premium" in root.get(f"{PEOPLE}{people[4].pk}/history/").content.decode()


@pytest.mark.parametrize(
    ("most", "premium", "said"),
    [
        (2, ["cleo", "dora"], ["More were chosen than go at once: this is about the first 2 alone."]),
        (3, ["bea", "cleo", "dora"], []),
    ],
)
def test_as_many_of_a_whole_list_are_acted_on_as_one_request_can(
    root: Client, monkeypatch: pytest.MonkeyPatch, most: int, premium: list[str], said: list[str]
) -> None:
    monkeypatch.setattr(backstage, "AT_ONCE", most)
    page = root.post(
        PEOPLE, {"action": "give_premium", "select_across": "1", "index": "0", "_selected_action": "1"}, follow=True
    )
    assert (
        list(User.objects.filter(plan=Plan.PREMIUM).order_by("username").values_list("username", flat=True)) == premium
    )
    assert [str(each) for each in page.context["messages"] if each.level_tag == "warning"] == said


def test_what_was_chosen_row_by_row_is_acted_on_whole(
    root: Client, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backstage, "AT_ONCE", 1)
    root.post(PEOPLE, {"action": "give_premium", "_selected_action": [person.pk for person in people[2:]]})
    assert User.objects.filter(plan=Plan.PREMIUM).count() == 3


def test_a_whole_part_of_a_list_is_deleted_after_one_question(root: Client) -> None:
    for _ in range(4):
        row_of(ApiKey)
    chosen = {"action": "delete_selected", "select_across": "1", "index": "0", "_selected_action": "1"}
    asked = root.post(KEYS, chosen).content.decode()
    keys = re.findall(r'name="_selected_action" value="(\d+)"', asked)
    root.post(KEYS, {"action": "delete_selected", "post": "yes", "_selected_action": keys})
    assert ApiKey.objects.filter(revoked_at=None).count() == 4 - backstage.WINDOW
