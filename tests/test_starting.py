"""What refuses to start, and with which sentence."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.programs import without
from tests.running import plain_environment

GUESSED = "secure-api-key-here"
SERVED = "import imagehub.asgi"


def start(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = plain_environment() | {"DATA_DIR": str(folder), "LOG_FORMAT": ""} | environment
    return subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"API_KEY": GUESSED}, "(imagehub.E002) API_KEY is short or well known."),
        ({"SECRET_KEY": "short"}, "(imagehub.E001) SECRET_KEY is short or well known."),
        (
            {"LOG_LEVEL": "LOUD"},
            "ImageHub can't start: LOG_LEVEL must be one of DEBUG, ERROR, INFO, WARNING, not 'LOUD'",
        ),
        ({"JWT_ISSUERS": "{"}, "ImageHub can't start: JWT_ISSUERS must be JSON"),
        (
            {"STORAGE_URL_BEFORE": "s3://"},
            "ImageHub can't start: STORAGE_URL_BEFORE must name a bucket",
        ),
        ({"PUBLIC_URL": "hub.example"}, "ImageHub can't start: PUBLIC_URL must begin with http:// or https://"),
        ({"PORT": "70000"}, "CommandError: Port 70000 can't be used: ports end at 65535."),
        ({"PORT": "eighty"}, "ImageHub can't start: PORT must be a whole number, not 'eighty'"),
    ],
)
def test_up_refuses_a_bad_setting_with_a_sentence(tmp_path: Path, given: dict[str, str], told: str) -> None:
    done = start(tmp_path, "manage.py", "up", **{"PORT": "0", **given})
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "imagehub.sqlite3").exists()


def test_a_storage_that_does_not_answer_is_named_without_its_keys(tmp_path: Path) -> None:
    bucket = "s3://access:hidden@bucket?endpoint=http://127.0.0.1:9&region=eu"
    done = start(tmp_path, "manage.py", "up", "--no-demo", PORT="0", STORAGE_URL=bucket)
    assert done.returncode == 1
    assert done.stderr.endswith("CommandError: The storage s3://bucket can't be used.\n")
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr + done.stdout


def test_other_servers_refuse_a_guessed_key_too(tmp_path: Path) -> None:
    done = start(tmp_path, "-c", SERVED, API_KEY=GUESSED)
    assert done.returncode == 1
    assert "API_KEY is short or well known. Use at least 32 random characters." in done.stderr


def test_the_older_name_of_the_folder_may_be_relative(tmp_path: Path) -> None:
    read = "from imagehub import settings; print(settings.STORAGE_URL)"
    done = start(tmp_path, "-c", read, STORAGE_PATH="./storage")
    assert (done.stdout, done.stderr) == (f"file://{Path.cwd()}/storage\n", "")


def test_a_guessed_key_may_serve_for_debugging(tmp_path: Path) -> None:
    done = start(tmp_path, "-c", SERVED, API_KEY=GUESSED, DEBUG="on")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("given", "style"),
    [
        ({}, "text"),
        ({"DATABASE_URL": "mysql://imagehub@db/imagehub", "SECRET_KEY": "x" * 50}, "json"),
        ({"LOG_FORMAT": "json"}, "json"),
    ],
)
def test_logs_are_readable_at_home_and_json_on_a_server(tmp_path: Path, given: dict[str, str], style: str) -> None:
    done = start(tmp_path, "-c", "from imagehub import settings; print(settings.LOG_FORMAT)", **given)
    assert done.stdout == f"{style}\n"


def test_a_secret_in_a_file_is_taken(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("f" * 50 + "\n")
    done = start(
        tmp_path, "-c", "from imagehub import settings; print(settings.SECRET_KEY)", SECRET_KEY_FILE=f"{tmp_path}/key"
    )
    assert done.stdout == "f" * 50 + "\n"


def test_a_database_that_is_away_is_said_so(tmp_path: Path) -> None:
    if not find_spec("MySQLdb"):
        without("mysqlclient is not installed")
    away = {"DATABASE_URL": "mysql://imagehub@127.0.0.1:1/imagehub", "SECRET_KEY": "x" * 50}
    done = start(tmp_path, "manage.py", "up", "--port", "0", **away)
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database can't be used: Can't connect to ")


def test_a_data_folder_that_is_none_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = start(tmp_path, "manage.py", "up", "--port", "0", "--data", f"{tmp_path}/file/data")
    assert done.returncode == 1
    assert done.stderr == (
        f"ImageHub can't start: The data folder {tmp_path}/file/data can't be used: Not a directory\n"
    )


def test_the_key_of_an_installation_is_made_once_and_is_private(tmp_path: Path) -> None:
    ask = ("-c", "from imagehub import settings; print(settings.SECRET_KEY)")
    first, second = start(tmp_path, *ask), start(tmp_path, *ask)
    assert first.stdout == second.stdout
    assert len(first.stdout.strip()) == 86
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("secret.key", 0o600)]


def test_a_redirected_log_has_no_colours(tmp_path: Path) -> None:
    told = "import django; django.setup(); import logging; logging.getLogger('x').warning('hello')"
    done = start(tmp_path, "-c", told, DJANGO_SETTINGS_MODULE="imagehub.settings")
    assert "hello" in done.stderr
    assert "\x1b" not in done.stderr


def test_a_system_that_knows_no_time_zones_is_enough(tmp_path: Path) -> None:
    assert start(tmp_path, "-c", SERVED, PYTHONTZPATH="").returncode == 0
