#!/usr/bin/env python3
"""The command line of ImageHub: `manage.py up` runs it, `manage.py help` lists the rest."""

import argparse
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from imagehub.lib import database


def main() -> None:
    """Hand the command line to Django with our settings; a bad setting is one sentence."""
    choose_data_folder(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")
    try:
        choose_patience(sys.argv)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"ImageHub can't start: {error}")


def choose_data_folder(arguments: list[str]) -> None:
    """Let `--data` of `up` decide before the settings, which are read from the data folder, are loaded."""
    if arguments[1:2] == ["up"]:
        parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        parser.add_argument("--data")
        if folder := parser.parse_known_args(arguments[2:])[0].data:
            os.environ["DATA_DIR"] = folder


def choose_patience(arguments: list[str]) -> None:
    """Let commands that work on whole tables wait for the database as long as may be; `up` serves people."""
    if arguments[1:2] != ["up"]:
        database.seconds_allowed()  # what makes no sense is told by all of them
        os.environ.pop("DATABASE_SECONDS_FILE", None)
        os.environ["DATABASE_SECONDS"] = str(database.LONGEST)


if __name__ == "__main__":
    main()
