"""Processes that can be killed and started again where they were."""

import getpass
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from tests.programs import path_of
from tests.servers import PATIENCE, free_port, listens


class Part:
    """A server of the installation: the same command each time, ready when it says so."""

    def __init__(
        self, command: list[str], is_ready: Callable[[], bool], environment: dict[str, str], log: Path
    ) -> None:
        self._command, self._is_ready, self._environment, self._log = command, is_ready, environment, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self._command[0]} did not start: {self.log[-2000:]}")
            time.sleep(0.05)  # a starting server has no event to wait for

    @property
    def log(self) -> str:
        """What it has written."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self._process
        return self._process.pid

    def kill(self) -> None:
        """End it and all of its children at once, in the middle of whatever they do."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None

    def stop(self) -> int:
        """Ask it to finish, and return how it ended."""
        assert self._process
        self._process.terminate()
        code = self._process.wait(PATIENCE)
        self._process = None
        return code

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()


def mariadb(folder: Path) -> tuple[Part, str]:
    """Return a MariaDB that loses nothing it has acknowledged when it is killed, and its address."""
    folder.mkdir()
    # The path of a Unix socket has to be short.
    sock = f"{tempfile.mkdtemp(prefix='ih-', dir='/tmp')}/s"
    data = [f"--datadir={folder}/data", f"--user={getpass.getuser()}"]
    install = [path_of("mariadb-install-db"), "--no-defaults", *data, "--auth-root-authentication-method=normal"]
    quiet = subprocess.DEVNULL
    subprocess.run([*install, "--skip-test-db", "--skip-name-resolve"], check=True, stdout=quiet, stderr=quiet)
    server = [path_of("mariadbd"), "--no-defaults", *data, f"--socket={sock}", f"--pid-file={folder}/pid"]
    # What is written outlives a killed process; only a machine that dies would need it on the disk.
    durable = ["--innodb-flush-log-at-trx-commit=1", "--innodb-flush-method=nosync"]
    private = ["--skip-networking", f"--tmpdir={folder}"]  # a server that starts clears away what others keep there
    options = [*private, "--skip-name-resolve", "--skip-log-bin", *durable]
    words = ["--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"]
    small = ["--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--performance-schema=OFF"]
    command = [*server, *options, *words, *small]
    part = Part(command, lambda: _answers(sock), dict(os.environ), folder / "log")
    return part, f"mysql://root@{quote(sock, safe='')}/imagehub"


def redis(folder: Path) -> tuple[Part, str]:
    """Return a Redis that forgets everything when it is killed, and its address."""
    port = free_port()
    forgetful = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    command = [path_of("redis-server"), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), *forgetful]
    return Part(command, lambda: listens(port), dict(os.environ), folder / "redis.log"), f"redis://127.0.0.1:{port}/0"


def _answers(sock: str) -> bool:
    client = [path_of("mariadb"), "--no-defaults", f"--socket={sock}", "--user=root", "--execute=SELECT 1"]
    quiet = subprocess.DEVNULL
    return subprocess.run(client, check=False, stdout=quiet, stderr=quiet).returncode == 0
