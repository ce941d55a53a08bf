"""Configuration that is legal and wrong is found before it does harm."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage

from imagehub.lib import checks
from tests.programs import without

GOOD = "q8Zr2vLx7Tn4Wb9Kc3Hf6Jm1Pd5Gs0Yu"
FOUND: list[tuple[Callable[..., list[CheckMessage]], dict[str, Any], list[str]]] = [
    (checks.secrets_are_strong, {"SECRET_KEY": GOOD, "API_KEY": ""}, []),
    (checks.secrets_are_strong, {"SECRET_KEY": GOOD, "API_KEY": GOOD}, []),
    (checks.secrets_are_strong, {"SECRET_KEY": GOOD[:31], "API_KEY": ""}, ["imagehub.E001"]),
    (checks.secrets_are_strong, {"SECRET_KEY": f"django-insecure-{GOOD}", "API_KEY": ""}, ["imagehub.E001"]),
    (checks.secrets_are_strong, {"SECRET_KEY": GOOD, "API_KEY": "secure-api-key-here"}, ["imagehub.E002"]),
    (checks.secrets_are_strong, {"SECRET_KEY": "x", "API_KEY": "y"}, ["imagehub.E001", "imagehub.E002"]),
    (checks.secrets_are_strong, {"SECRET_KEY": "x", "API_KEY": "y", "DEBUG": True}, []),
    (checks.throttling_is_on, {"THROTTLING": True, "EMBEDDED": False}, []),
    (checks.throttling_is_on, {"THROTTLING": False, "EMBEDDED": False}, ["imagehub.E003"]),
    (checks.throttling_is_on, {"THROTTLING": False, "EMBEDDED": True}, []),
    (checks.throttling_is_on, {"THROTTLING": False, "EMBEDDED": False, "DEBUG": True}, []),
    (checks.processes_can_meet, {"EMBEDDED": False, "REDIS_URL": ""}, ["imagehub.W001"]),
    (checks.processes_can_meet, {"EMBEDDED": False, "REDIS_URL": "redis://cache:6379/0"}, []),
    (checks.processes_can_meet, {"EMBEDDED": True, "REDIS_URL": ""}, []),
    (checks.public_url_is_known, {"PUBLIC_URL": ""}, ["imagehub.W002"]),
    (checks.public_url_is_known, {"PUBLIC_URL": "https://pictures.example"}, []),
]


@pytest.mark.parametrize(("check", "given", "ids"), FOUND)
def test_each_fault_has_an_id_and_a_hint(
    settings: Any, check: Callable[..., list[CheckMessage]], given: dict[str, Any], ids: list[str]
) -> None:
    for name, value in {"DEBUG": False, **given}.items():
        setattr(settings, name, value)
    messages = check()
    assert [message.id for message in messages] == ids
    assert all(message.hint for message in messages)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The smallest environment of a production, as the README gives it."""
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "SECRET_KEY": GOOD * 2,
        "PUBLIC_URL": "https://pictures.example",
        "ALLOWED_HOSTS": "pictures.example",
        "DATABASE_URL": "mysql://imagehub:secret@db/imagehub",
        "REDIS_URL": "redis://redis:6379/0",
        **more,
    }


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


def test_a_documented_production_is_clean(tmp_path: Path) -> None:
    if not find_spec("MySQLdb"):
        without("mysqlclient is not installed")
    done = run("check", "--deploy", "--fail-level", "WARNING", env=environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"SECRET_KEY": "short", "API_KEY": "secure-api-key-here", "PUBLIC_URL": "", "DATABASE_URL": ""},
            ["imagehub.E001", "imagehub.E002", "imagehub.W002"],
        ),
        ({"SECRET_KEY": ""}, ["SECRET_KEY must be set"]),
        ({"DATABASE_SECONDS": "0"}, ["DATABASE_SECONDS must be at least 1, not 0"]),
        ({"THROTTLING": "perhaps"}, ["THROTTLING must be on or off, not 'perhaps'"]),
        ({"STORAGE_URL": "ftp://x"}, ["STORAGE_URL must start with file://, s3:// or azure://, not 'ftp'"]),
    ],
)
def test_a_bad_production_does_not_pass(tmp_path: Path, given: dict[str, str], told: list[str]) -> None:
    done = run("check", "--deploy", "--fail-level", "WARNING", env=environment(tmp_path, **given))
    assert done.returncode != 0
    assert [sentence for sentence in told if sentence not in done.stderr] == []
