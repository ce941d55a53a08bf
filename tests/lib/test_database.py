"""A server that hangs is given up within a bound; work on whole tables is not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

import manage
from imagehub.lib import database

on_a_server = pytest.mark.skipif(settings.EMBEDDED, reason="SQLite is no server")


@pytest.mark.parametrize(
    ("seconds", "bounds", "lock"),
    [
        (12, {"connect_timeout": 3, "read_timeout": 12, "write_timeout": 12}, 10),
        (60, {"connect_timeout": 3, "read_timeout": 60, "write_timeout": 60}, 10),
        (5, {"connect_timeout": 3, "read_timeout": 5, "write_timeout": 5}, 3),
        (1, {"connect_timeout": 3, "read_timeout": 1, "write_timeout": 1}, 1),
        (86_400, {"connect_timeout": 3, "read_timeout": 86_400, "write_timeout": 86_400}, 10),
    ],
)
def test_whoever_waits_for_a_row_is_told_so_before_the_server_is_given_up(
    seconds: int, bounds: dict[str, int], lock: int
) -> None:
    assert (database.patience(seconds), database.lock_patience(seconds)) == (bounds, lock)


@pytest.mark.parametrize(
    ("command", "seconds"),
    [(["up"], "7"), (["up", "--port", "0"], "7"), (["migrate"], "86400"), (["doctor", "up"], "86400"), ([], "86400")],
    ids=str,
)
def test_commands_that_serve_nobody_wait_as_long_as_may_be(
    command: list[str], seconds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_SECONDS", "7")
    manage.choose_patience(["manage.py", *command])
    assert os.environ["DATABASE_SECONDS"] == seconds


def test_commands_do_not_take_a_bound_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "seconds").write_text("7")
    monkeypatch.setenv("DATABASE_SECONDS_FILE", str(tmp_path / "seconds"))
    monkeypatch.setenv("DATABASE_SECONDS", "")
    manage.choose_patience(["manage.py", "migrate"])
    assert database.seconds_allowed() == database.LONGEST


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("soon", "must be a whole number, not 'soon'"),
        ("0", "must be at least 1, not 0"),
        ("-5", "must be at least 1, not -5"),
        ("86401", "must be at most 86400, not 86401"),
        (str(10**9), "must be at most 86400, not 1000000000"),
    ],
)
def test_a_bound_that_makes_no_sense_is_told_by_every_command(
    given: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_SECONDS", given)
    with pytest.raises(ImproperlyConfigured, match=f"^DATABASE_SECONDS {sentence}$"):
        manage.choose_patience(["manage.py", "migrate"])
    assert os.environ["DATABASE_SECONDS"] == given


@contextmanager
def told(**options: Any) -> Iterator[None]:
    """Let new connections be made with these options besides."""
    before = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = {**before, **options}
    try:
        yield
    finally:
        connection.settings_dict["OPTIONS"] = before


@pytest.mark.django_db
def test_a_database_that_is_there_answers() -> None:
    assert database.answers()


@on_a_server
@pytest.mark.django_db
def test_a_server_that_takes_its_time_is_not_waited_for() -> None:
    with told(init_command="SELECT SLEEP(20)"):
        assert not database.answers()


@on_a_server
@pytest.mark.django_db(transaction=True)
def test_work_on_whole_tables_takes_as_long_as_it_takes() -> None:
    with told(**database.patience(1)):
        with database.unhurried(), connection.cursor() as cursor:
            cursor.execute("SELECT SLEEP(1.5)")
            assert cursor.fetchone() == (0,)
        assert connection.settings_dict["OPTIONS"]["read_timeout"] == 1
        assert connection.connection is None
