"""What a run on a database server leaves out is asked there by others."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.sql.compiler import SQLCompiler

from accounts.models import User
from tests.questions import Asked, is_outdated, kinds_of, left_out, shape, telling_locks

HERS = "SELECT id FROM user WHERE name"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{HERS} IN (%s)", f"{HERS} IN (%s, %s, %s)"),
        ("INSERT INTO t (a, b) VALUES (%s, %s)", "INSERT INTO t (a, b) VALUES (%s, %s), (%s, %s)"),
        ("SELECT a FROM t LIMIT 21", "SELECT a FROM t LIMIT 101"),
        ('SAVEPOINT "s140245_x1"', 'SAVEPOINT "s140246_x12"'),
    ],
)
def test_what_is_asked_alike_is_one_question(one: str, other: str) -> None:
    assert shape(one) == shape(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{HERS} = %s", f"{HERS} LIKE %s"),
        (f"{HERS} IN (%s)", f"{HERS} = %s"),
        ("SELECT a FROM t", "SELECT a FROM t FOR UPDATE"),
        ("SELECT a FROM t LIMIT 21", "SELECT a FROM t LIMIT 21 OFFSET 40"),
    ],
)
def test_what_is_asked_otherwise_is_another(one: str, other: str) -> None:
    assert shape(one) != shape(other)


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        (None, set()),
        (["boat", 7], {"str", "int"}),
        ({"name": "boat"}, {"str"}),
        ([True, None, b""], {"bool", "NoneType", "bytes"}),
        ([2**31, -(2**31)], {"int", "big"}),
        (["Boat"], {"str", "upper"}),
        (["café"], {"str", "foreign"}),
        (["50%"], {"str", "wild"}),
        (["boat "], {"str", "padded"}),
        ([""], {"str", "empty"}),
        (["b" * 256], {"str", "long"}),
    ],
)
def test_values_that_a_database_may_treat_otherwise_are_told_apart(values: object, kinds: set[str]) -> None:
    assert set(kinds_of(values)) == kinds  # type: ignore[arg-type]  # a table of all there may be


@pytest.mark.alike
@pytest.mark.django_db
def test_each_statement_is_noted_with_how_it_ended() -> None:
    asked, again, refused = Asked(), Asked(), Asked()
    for notes, name in ((asked, "ada"), (again, "bea")):
        with connection.execute_wrapper(notes.note):
            assert not User.objects.filter(username=name).exists()
    with connection.execute_wrapper(refused.note), pytest.raises(DatabaseError):
        connection.cursor().execute("SELECT nothing")

    assert (asked.statements, again.statements, refused.statements) == (1, 1, 1)
    assert asked.kinds == again.kinds
    assert len(refused.kinds) == 2


@pytest.mark.parametrize(
    ("asked", "kept", "spare"),
    [
        ({}, set(), []),
        ({"a": Asked(1, {1})}, set(), []),
        ({"a": Asked(1, {1}), "b": Asked(1, {1})}, set(), ["b"]),
        ({"a": Asked(1, {1}), "b": Asked(1, {1})}, {"b"}, ["a"]),
        ({"a": Asked(1, {1}), "b": Asked(1, {1})}, {"a", "b"}, []),
        ({"a": Asked(9, {1, 2}), "b": Asked(2, {1, 2})}, set(), ["a"]),
        ({"a": Asked(3, {1, 2, 3}), "b": Asked(2, {1, 2}), "c": Asked(1, {3})}, set(), ["b", "c"]),
        ({"a": Asked(1, {1}), "b": Asked(1, {2}), "c": Asked(4, {1, 2})}, set(), ["c"]),
        ({"a": Asked()}, set(), ["a"]),
    ],
)
def test_who_asks_nothing_new_is_left_out(asked: dict[str, Asked], kept: set[str], spare: list[str]) -> None:
    assert left_out(asked, kept) == spare


@pytest.mark.alike
def test_a_lock_is_another_question_although_sqlite_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SQLCompiler, "as_sql", telling_locks(SQLCompiler.as_sql))
    plain, locked = User.objects.order_by("pk"), User.objects.select_for_update().order_by("pk")
    assert shape(str(locked.query)) != shape(str(plain.query))
    assert shape(str(User.objects.filter(pk__in=locked.values("pk")).query)).endswith("/* FOR UPDATE */)")


def test_notes_hold_until_one_of_our_modules_changes(tmp_path: Path) -> None:
    changed = max(path.stat().st_mtime for path in Path(__file__).parent.glob("*.py"))
    assert is_outdated(changed - 1, settings.BASE_DIR / "tests")
    assert not is_outdated(float("inf"), settings.BASE_DIR)
    assert not is_outdated(0.0, tmp_path)
