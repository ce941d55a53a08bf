"""Old packages with known holes are found before anything is served."""

import re
from pathlib import Path

import pytest

from imagehub.lib import floors


@pytest.mark.parametrize(
    ("installed", "found"),
    [
        ({"pillow": "12.3.0"}, []),
        ({"pillow": "13"}, []),
        ({"pillow": "12.2.9"}, ["pillow 12.2.9 (needs 12.3)"]),
        ({"pyjwt": "2.12rc1"}, []),
        ({"djangorestframework-simplejwt": "5.5"}, ["djangorestframework-simplejwt 5.5 (needs 5.5.1)"]),
        ({"django": "4.2.20", "pyjwt": "2.9"}, ["django 4.2.20 (needs 5.2)", "pyjwt 2.9 (needs 2.12)"]),
        ({"something": "0.1"}, []),
        ({}, []),
    ],
)
def test_what_is_too_old_is_named(installed: dict[str, str], found: list[str]) -> None:
    assert floors.below(installed) == found


def test_what_is_installed_here_is_recent_enough() -> None:
    assert floors.packages_are_recent() == []


def test_every_lock_keeps_to_the_floors() -> None:
    for lock in ("requirements.lock", "requirements-deploy.lock", "requirements-test.lock"):
        pins = dict(re.findall(r"^([a-z0-9-]+)==([^\s\\]+)", Path(lock).read_text(encoding="utf-8"), re.MULTILINE))
        assert floors.below(pins) == [], lock
