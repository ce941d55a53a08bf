"""The page of one image, and the page of two."""

import json
import re

import pytest
from django.test import Client

from accounts.models import User
from generated import services
from generated.models import Generated, Status
from tests.generated.conftest import Give, png, trace

SAID = {
    "model": "sdxl",
    "seed": 7,
    "negative_prompt": "blurry",
    "loras": {"sea": 0.5, "deep": {"er": {"still": {"on": 1}}}},
    "tags": ["a", "b"],
}


def page(generated: Generated, query: str = "") -> str:
    return f"/generated/{generated.public_id}/{query}"


def test_an_image_is_shown_with_all_that_is_known_of_it(ada: User, visitor: Client, image_of: Give) -> None:
    mine = image_of(ada, "a <b>fox", **SAID)
    services.change_status(mine.public_id, Status.PRINTED, by=ada)

    answer = visitor.get(page(mine))

    detail, text = answer.context["detail"], answer.content.decode()
    assert [(one.name, one.value) for one in detail.parameters] == [
        ("loras.deep.er.still", '{"on":1}'),
        ("loras.sea", "0.5"),
        ("model", "sdxl"),
        ("seed", "7"),
        ("tags", '["a","b"]'),
    ]
    assert detail.negative == "blurry"
    assert [(step.after, step.by) for step in detail.history] == [("Printed", "you")]
    assert "a &lt;b&gt;fox" in text
    assert "<b>fox" not in text
    assert "64 \u00d7 48, PNG" in text
    assert "Made by a model" in text
    assert '<span class="badge accent">AI</span>' in text


def test_search_engines_words_say_that_a_model_made_it(ada: User, visitor: Client, image_of: Give) -> None:
    text = visitor.get(page(image_of(ada, "</script><script>alert(1)"))).content.decode()

    told = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert len(told) == 1
    assert json.loads(told[0])["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert json.loads(told[0])["name"] == "</script><script>alert(1)"


def test_who_else_changed_it_is_named(ada: User, staff: User, visitor: Client, image_of: Give) -> None:
    mine = image_of(ada)
    services.change_status(mine.public_id, Status.ORDERED, by=staff)

    detail = visitor.get(page(mine)).context["detail"]

    assert [(step.after, step.by) for step in detail.history] == [("Ordered", staff.get_username())]


@pytest.mark.parametrize(
    ("query", "before", "after"),
    [
        ("", 3, 1),
        ("?sort=created_at", 1, 3),
        ("?q=fox", 4, 0),
        ("?model=m", None, 0),
        ("?q=wolf", None, None),
        ("?status=deleted", None, None),
    ],
)
def test_its_neighbours_are_those_of_the_list_somebody_came_from(
    ada: User, visitor: Client, image_of: Give, query: str, before: int | None, after: int | None
) -> None:
    made = [
        image_of(ada, "fox one", model="m"),
        image_of(ada, "cat two"),
        image_of(ada, "fox three", model="m"),
        image_of(ada, "cat four"),
        image_of(ada, "fox five"),
    ]

    detail = visitor.get(page(made[2], query)).context["detail"]

    assert detail.before == (made[before].public_id if before is not None else "")
    assert detail.after == (made[after].public_id if after is not None else "")


def test_strangers_images_do_not_exist(ada: User, bea: User, visitor: Client, image_of: Give) -> None:
    foreign, mine = image_of(bea), image_of(ada)
    before = trace()
    addresses = [
        page(foreign),
        page(foreign, "download/"),
        "/generated/nothing/",
        f"/generated/compare/?a={mine.public_id}&b={foreign.public_id}",
        f"/generated/compare/?a={mine.public_id}",
        "/generated/compare/?a=../x&b=%00",
    ]

    assert [visitor.get(address).status_code for address in addresses] == [404] * len(addresses)
    assert trace() == before


def test_what_lies_in_the_bin_offers_the_way_back(ada: User, visitor: Client, image_of: Give) -> None:
    mine = image_of(ada)
    services.change_status(mine.public_id, Status.DELETED, by=ada)

    text = visitor.get(page(mine)).content.decode()

    assert 'value="restore"' in text
    assert 'value="printed"' not in text


def test_two_are_compared_line_by_line(ada: User, visitor: Client, image_of: Give) -> None:
    first = image_of(ada, "a fox", seed=1, steps=20)
    second = image_of(ada, "a fox", png("red", size=(30, 30)), seed=2, steps=20, sampler="euler")

    answer = visitor.get(f"/generated/compare/?a={first.public_id}&b={second.public_id}")

    assert [(line.name, line.values, line.differs) for line in answer.context["lines"]] == [
        ("Prompt", ("a fox", "a fox"), False),
        ("seed", ("1", "2"), True),
        ("steps", ("20", "20"), False),
        ("Size", ("64 \u00d7 48", "30 \u00d7 30"), True),
        ("Status", ("Generated", "Generated"), False),
        ("sampler", ("", "euler"), True),
    ]
    assert answer.content.decode().count("data-differs") == 3


def test_no_parameter_stands_in_for_what_an_image_is(ada: User, visitor: Client, image_of: Give) -> None:
    alike = {"Prompt": "the same", "Size": "any", "Status": "new"}
    first, second = (image_of(ada, prompt, **alike) for prompt in ("a fox", "a cat"))

    answer = visitor.get(f"/generated/compare/?a={first.public_id}&b={second.public_id}")

    assert [(line.name, line.values) for line in answer.context["lines"]] == [
        ("Prompt", ("a fox", "a cat")),
        ("Size", ("64 \u00d7 48", "64 \u00d7 48")),
        ("Status", ("Generated", "Generated")),
    ]


@pytest.mark.parametrize(("count", "status"), [(1, 400), (2, 302), (3, 400)])
def test_exactly_two_are_led_to_their_comparison(
    ada: User, visitor: Client, image_of: Give, count: int, status: int
) -> None:
    chosen = [image_of(ada, str(number)).public_id for number in range(count)]

    answer = visitor.post("/generated/compare/", {"images": chosen})

    assert answer.status_code == status
    if status == 302:
        assert answer.headers["Location"] == f"/generated/compare/?a={chosen[0]}&b={chosen[1]}"
