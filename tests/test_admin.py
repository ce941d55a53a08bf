"""The admin as a whole: what it lists takes the same few questions for one row as for many, and none without end."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from accounts.models import User
from imagehub.lib import backstage
from tests.rows import meta, row_of

pytestmark = pytest.mark.django_db
MANY = 4
MOST_QUESTIONS = 10  # the session, who asks, their rights, the bound, a count, the rows and what is read along
# A page of them, those of one window, or what belongs to rows that were read.
BOUNDED = re.compile(r"LIMIT \d+|.id. (>|=) \d+|_id. IN \(")
REGISTERED: dict[type[models.Model], Any] = admin.site._registry  # noqa: SLF001  # Django keeps them nowhere else
LISTED = sorted(REGISTERED, key=lambda model: meta(model).label)
everything = pytest.mark.parametrize("model", LISTED, ids=lambda model: meta(model).label)


@pytest.fixture
def root(client: Client) -> Client:
    person = User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def place(model: type[models.Model], name: str, *arguments: object) -> str:
    return reverse(f"admin:{meta(model).label_lower.replace('.', '_')}_{name}", args=arguments)


def asked(root: Client, address: str) -> int:
    """Return how many questions a page asks the database."""
    with CaptureQueriesContext(connection) as said:
        assert root.get(address).status_code == 200, address
    return len(said)


def grow(row: Any) -> None:
    """Give a row more of what its page shows with it."""
    for inline in REGISTERED[type(row)].inlines:
        [key] = [field.name for field in meta(inline.model).fields if field.related_model is type(row)]
        [row_of(inline.model, **{key: row}, **spread(inline.model, number)) for number in range(MANY)]


def spread(model: type[models.Model], number: int) -> dict[str, int]:
    return {"slot": number, "position": number} if meta(model).label == "publications.Photo" else {}


def shown(model: type[models.Model], request: HttpRequest) -> list[Any]:
    """Return the fields that the pages of a model show, in its list or of one row, with its parts."""
    backstage_of = REGISTERED[model]
    names = flatten_fieldsets(backstage_of.get_fieldsets(request))
    filters = [each for each in backstage_of.list_filter if isinstance(each, str)]
    own = [(model, {*backstage_of.list_display, *names, *filters})]
    parts = [(each.model, set(each.fields)) for each in backstage_of.get_inline_instances(request)]
    return [field for kind, wanted in own + parts for field in meta(kind).fields if field.name in wanted]


def served(model: type[models.Model], lookup: str) -> bool:
    """Tell whether an index leads to the rows that a lookup asks for."""
    first, _, rest = lookup.partition("__")
    field: Any = meta(model).get_field(first)
    limits = [limit for limit in meta(model).constraints if isinstance(limit, models.UniqueConstraint)]
    leading = {each.fields[0] for each in (*meta(model).indexes, *limits)}
    has_index = field.unique or field.db_index or first in leading
    return has_index and (served(field.related_model, rest) if "__" in rest else True)


def test_what_the_admin_lists_has_a_name_in_every_language() -> None:
    unnamed = [meta(model).label for model in LISTED if not isinstance(meta(model).verbose_name, Promise)]
    assert unnamed == []


def test_the_fields_that_the_admin_shows_have_names_in_every_language(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = User.objects.create_superuser("root", "root@example.org", "correct horse battery staple")
    unnamed = [
        field for model in LISTED for field in shown(model, request) if not isinstance(field.verbose_name, Promise)
    ]
    assert unnamed == []


def test_the_columns_that_the_admin_reckons_have_names_in_every_language() -> None:
    columns = [(model, name) for model in LISTED for name in REGISTERED[model].list_display]
    reckoned = [
        (meta(model).label, name, label_for_field(name, model, REGISTERED[model]))
        for model, name in columns
        if name not in {"__str__", *(field.name for field in meta(model).get_fields())}
    ]
    assert [column for column in reckoned if not isinstance(column[2], Promise)] == []


@pytest.mark.parametrize(("language", "word"), [("es", "activo"), ("fr", "actif")])
def test_what_packages_say_of_people_is_not_replaced_by_what_is_said_of_pictures(language: str, word: str) -> None:
    with translation.override(language):
        assert str(label_for_field("is_active", User)) == word


@everything
def test_many_rows_are_listed_and_shown_with_as_few_questions_as_one(model: type[models.Model], root: Client) -> None:
    ContentType.objects.get_for_models(*LISTED)  # each process asks for these once
    row = row_of(model)
    pages = (place(model, "changelist"), place(model, "change", row.pk))
    before = [asked(root, page) for page in pages]
    [row_of(model) for _ in range(MANY)]
    grow(row)
    assert [asked(root, page) for page in pages] == before
    assert max(before) <= MOST_QUESTIONS


@everything
def test_a_list_reads_no_more_than_its_newest_rows(
    model: type[models.Model], root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backstage, "WINDOW", 2)
    newest = [row_of(model).pk for _ in range(MANY)][-2:]
    with CaptureQueriesContext(connection) as said:
        page = root.get(place(model, "changelist"))
    assert [row.pk for row in page.context["cl"].result_list] == newest[::-1]
    table = f"FROM {connection.ops.quote_name(meta(model).db_table)}"
    assert [query["sql"] for query in said if table in query["sql"] and not BOUNDED.search(query["sql"])] == []


@pytest.mark.parametrize(
    "model",
    [model for model in LISTED if "thumbnail" in REGISTERED[model].list_display],
    ids=lambda model: model.__name__,
)
def test_the_page_of_a_picture_shows_it_first(model: type[models.Model], root: Client) -> None:
    page = root.get(place(model, "change", row_of(model).pk))
    assert next(iter(page.context["adminform"])).fields[0] == "thumbnail"


def test_thumbnails_are_asked_for_again_where_the_server_had_its_hands_full(root: Client) -> None:
    page = root.get(place(User, "changelist")).content.decode()
    assert re.findall(r'<script type="module" src="[^"]*/admin[^"/]*[.]js"></script>', page) != []


@pytest.mark.parametrize(
    ("asked_for", "offers"), [("", []), ("?q=root", ["Show all"]), ("?plan__exact=free", ["Show all"])]
)
def test_the_whole_list_is_offered_to_those_who_see_less_of_it(root: Client, asked_for: str, offers: list[str]) -> None:
    page = root.get(place(User, "changelist") + asked_for).content.decode()
    assert re.findall("Show all", page) == offers


def test_what_is_searched_for_is_asked_of_an_index_or_of_the_newest_rows() -> None:
    wanted = {model: REGISTERED[model].search_fields for model in LISTED}
    every = [(model, field) for model, fields in wanted.items() for field in fields]
    whole = [(model, field) for model, field in every if not field.endswith("__icontains")]
    assert [model for model, fields in wanted.items() if not fields] == []
    assert {field.rpartition("__")[2] for _model, field in whole} == {"exact", "istartswith"}
    assert [(model, field) for model, field in whole if not served(model, field)] == []


def test_what_narrows_a_list_first_has_an_index() -> None:
    wanted = [(model, column) for model in LISTED for column in REGISTERED[model].indexed]
    assert [(model, column) for model, column in wanted if not served(model, column.removesuffix("__id"))] == []


def test_what_other_packages_bring_is_not_listed() -> None:
    assert [model for model in LISTED if not isinstance(REGISTERED[model], backstage.StaffList)] == []
