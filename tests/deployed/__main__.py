"""`python -m tests.deployed -- command…` runs a command against an installation, which `JOURNEYS_AT` leads to.

Where a server is missing for it, and need not be there, the command is run without one.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.deployed.topology import deployed


def main(arguments: list[str]) -> int:
    """Start everything, run the command behind `--`, and end everything."""
    if arguments[:1] != ["--"] or not arguments[1:]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="ih-") as folder, ExitStack() as stack:
        return subprocess.run(arguments[1:], env={**os.environ, **_begun(stack, Path(folder))}, check=False).returncode


def _begun(stack: ExitStack, folder: Path) -> dict[str, str]:
    """Start everything until the stack ends, and return what leads there."""
    try:
        front = stack.enter_context(deployed(folder)).front
    except pytest.skip.Exception as lack:
        sys.stderr.write(f"SKIPPED: the installation of many processes, as {lack}\n")
        return {}
    return {"JOURNEYS_AT": f"{front.host}:{front.port}"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
