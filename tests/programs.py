"""Programs of the system that some tests need; what is missing fails where `CI` is set, and skips elsewhere."""

import os
import shutil

import pytest

from imagehub.lib import env

_BESIDES = "/usr/sbin:/usr/local/sbin"  # where servers lie, for whoever is not root


class Missing(Exception):  # the lack of a program is no error everywhere
    """The program is not installed here."""


def path_of(name: str) -> str:
    """Return where a program lies, or raise Missing with its name."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_BESIDES}")
    if found is None:
        raise Missing(name)
    return found


def required(name: str) -> str:
    """Return where the program lies that the test under way can't do without."""
    try:
        return path_of(name)
    except Missing:
        return without(f"{name} is not installed")


def without(reason: str) -> str:
    """Give the test under way up: it fails where everything must be proved, and is a named skip elsewhere."""
    if env.flag("CI", default=False):
        pytest.fail(reason)
    pytest.skip(reason)
