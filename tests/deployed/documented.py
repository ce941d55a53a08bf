"""What README.md and the delivered files say about running ImageHub, with places and ports of a test's own."""

import re
import shlex
import sys
from pathlib import Path


def commands(folder: Path, ports: dict[str, int]) -> list[list[str]]:
    """Return the commands of the README, on our ports and with a folder of ours."""
    found = re.search(r"background work \(.*?```sh\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    told = found[1].replace("\\\n", " ").replace("/var/lib/imagehub", str(folder))
    told = re.sub(r"--port (\d+)", lambda port: f"--port {ports[port[1]]}", told)
    return [shlex.split(line.replace(".venv/bin", str(Path(sys.executable).parent))) for line in told.splitlines()]


def fill(template: str, values: dict[str, str]) -> str:
    """Put values for names as envsubst does."""
    return re.sub(r"\$\{(\w+)\}", lambda name: values[name[1]], template)


def environment(folder: Path, port: int) -> dict[str, str]:
    """Return what an installation on this machine is told, but for its servers."""
    return {
        "DATA_DIR": str(folder),
        "SECRET_KEY": "for-production-" + "x" * 50,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ACCEL_REDIRECT": "/stored",
        "TRUSTED_PROXIES": "1",
    }
