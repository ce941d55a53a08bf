#!/usr/bin/env python3
"""The command line of ImageHub: `manage.py up` runs it, `manage.py help` lists the rest."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Hand the command line to Django with our settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
