"""Every sentence is there in every language, and the compiled catalogues are those of the sources."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings

from tests.architecture.sources import ROOTS
from tests.programs import required

LANGUAGES = [code for code, _ in settings.LANGUAGES]
LOCALE = Path("imagehub/locale")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def source(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return read_mo(file)


def sentences(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def forms(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def context(message: Message) -> str | None:
    # Of a compiled catalogue Babel leaves them as they lie in the file.
    raw: Any = message.context
    return raw.decode() if isinstance(raw, bytes) else raw


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_nothing_is_untranslated_or_guessed(language: str) -> None:
    missing = [message.id for message in sentences(source(language)) if not all(forms(message.string))]
    guessed = [message.id for message in sentences(source(language)) if message.fuzzy]
    assert (missing, guessed) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    wrong = []
    for message in sentences(source(language)):
        wanted = {place for form in forms(message.id) for place in _PLACEHOLDER.findall(form)}
        given = {place for form in forms(message.string) for place in _PLACEHOLDER.findall(form)}
        if any(forms(message.string)) and given != wanted:
            wrong.append(message.id)
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_source(language: str) -> None:
    wanted = {(m.context, forms(m.id)[0]): forms(m.string) for m in sentences(source(language)) if all(forms(m.string))}
    given = {(context(m), forms(m.id)[0]): forms(m.string) for m in sentences(compiled(language))}
    assert given == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sentences(language: str) -> None:
    assert {(m.context, m.id) for m in sentences(source(language))} == {
        (m.context, m.id) for m in sentences(source("en"))
    }


def test_no_sentence_waits_to_be_collected(tmp_path: Path) -> None:
    required("xgettext")
    for root in (*ROOTS, "templates"):
        shutil.copytree(root, tmp_path / root, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copy("manage.py", tmp_path)
    before = {(m.context, m.id) for m in sentences(source("es"))}
    command = [sys.executable, "manage.py", "makemessages", "--locale=es", "--no-location", "--no-wrap"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "imagehub.settings", "DATA_DIR": str(tmp_path)}
    subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True, timeout=120)
    with (tmp_path / LOCALE / "es" / "LC_MESSAGES" / "django.po").open("rb") as file:
        after = {(m.context, m.id) for m in sentences(read_po(file, locale="es"))}
    assert after == before
