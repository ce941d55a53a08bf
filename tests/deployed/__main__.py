"""`python -m tests.deployed -- command…` runs a command against an installation, which `JOURNEYS_AT` leads to."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.deployed.topology import deployed


def main(arguments: list[str]) -> int:
    """Start everything, run the command behind `--`, and end everything."""
    if arguments[:1] != ["--"] or not arguments[1:]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="ih-") as folder, deployed(Path(folder)) as installation:
        place = {
            "JOURNEYS_AT": f"{installation.front.host}:{installation.front.port}",
            "JOURNEYS_REDIS": installation.environment["REDIS_URL"],
        }
        return subprocess.run(arguments[1:], env={**os.environ, **place}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
