"""Real servers of one's own, for the length of a test run or of a test.

`python -m tests.servers mariadb|redis -- command…` runs a command against a fresh server. Where the
server is not installed that is a failure when `CI` is set, and a skip that says so elsewhere.
"""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import quote

from imagehub.lib import env

PATIENCE = 30.0  # seconds for a server to start
_MARIADB = "mariadbd"
_REDIS = "redis-server"


class Missing(Exception):  # the lack of a server is no error everywhere
    """The server is not installed here."""


@contextmanager
def mariadb() -> Iterator[dict[str, str]]:
    """Run a private MariaDB and give the environment that leads to it."""
    install, server = _binary("mariadb-install-db"), _binary(_MARIADB)
    # The path of a Unix socket has to be short, so the folder is directly below /tmp.
    with tempfile.TemporaryDirectory(prefix="ih-", dir="/tmp") as folder:
        subprocess.run([install, *_new_data(folder)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        sock = f"{folder}/s.sock"
        with _running([server, *_fast_and_private(folder, sock)], lambda: _answers(sock)):
            yield {"DATABASE_URL": f"mysql://root@{quote(sock, safe='')}/imagehub"}


@contextmanager
def redis() -> Iterator[dict[str, str]]:
    """Run a private Redis and give the environment that leads to it."""
    server = _binary(_REDIS)
    with tempfile.TemporaryDirectory(prefix="ih-", dir="/tmp") as folder:
        port = free_port()
        options = ["--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--save", "", "--appendonly", "no"]
        with _running([server, *options, "--loglevel", "warning"], lambda: _listens(port)):
            yield {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}


SERVERS: dict[str, Callable[[], AbstractContextManager[dict[str, str]]]] = {"mariadb": mariadb, "redis": redis}


def main(arguments: list[str]) -> int:
    """Run the command behind `--` against the server named first."""
    name, separator, *command = [*arguments, "", ""][: max(2, len(arguments))]
    if separator != "--" or name not in SERVERS or not command:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        with SERVERS[name]() as found:
            return subprocess.run(command, env={**os.environ, **found}, check=False).returncode
    except Missing as missing:
        return _without(str(missing))


def _without(program: str) -> int:
    if env.flag("CI", default=False):
        sys.stderr.write(f"FAILED: {program} is not installed\n")
        return 1
    sys.stdout.write(f"SKIPPED: the tests on a real server, because {program} is not installed\n")
    return 0


def _binary(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise Missing(name)
    return found


def _new_data(folder: str) -> list[str]:
    return [
        "--no-defaults",
        f"--datadir={folder}/data",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--skip-name-resolve",
        f"--user={getpass.getuser()}",
    ]


def _fast_and_private(folder: str, sock: str) -> list[str]:
    return [
        "--no-defaults",
        f"--datadir={folder}/data",
        f"--socket={sock}",
        f"--pid-file={folder}/pid",
        f"--log-error={folder}/error.log",
        f"--user={getpass.getuser()}",
        "--skip-networking",
        "--skip-name-resolve",
        "--skip-log-bin",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-flush-method=nosync",
        "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=16M",
        "--performance-schema=OFF",
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_unicode_ci",
    ]


@contextmanager
def _running(command: list[str], is_ready: Callable[[], bool]) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(is_ready, process)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(is_ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{Path(str(process.args[0])).name} did not start")  # type: ignore[index]
        time.sleep(0.02)  # a starting server has no event to wait for


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(sock: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(sock) == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
