"""The real `manage.py up`, started, asked and ended as a person would."""

import atexit
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import IO, Any

PATIENCE = 60.0  # seconds
MULTIPART = "multipart/form-data; boundary=frontier"


def plain_environment() -> dict[str, str]:
    """Return the environment without what the tests' own settings and servers have put there."""
    ours = {"DATA_DIR", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def multipart(photo: bytes, field: str = "file") -> bytes:
    """Return a JPEG as a field of a body of the type MULTIPART."""
    head = f'--frontier\r\nContent-Disposition: form-data; name="{field}"; filename="photo.jpg"\r\n'
    return head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + photo + b"\r\n--frontier--\r\n"


def manage(data: Path, command: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command of `manage.py` on a data folder, to its end."""
    whole = [sys.executable, "manage.py", command, *options]
    env = plain_environment() | {"DATA_DIR": str(data)} | environment
    return subprocess.run(whole, env=env, capture_output=True, text=True, timeout=3 * PATIENCE, check=False)


def prepared(data: Path) -> Path:
    """Fill a data folder with what a first start makes: tables and static files, which cost more than the start."""
    return Path(shutil.copytree(_first(), data, dirs_exist_ok=True))


@cache
def _first() -> Path:
    folder = tempfile.mkdtemp(prefix="imagehub-first-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    script = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; from imagehub import statics\n"
        "call_command('migrate', verbosity=0); statics.collect()"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "imagehub.settings", "DATA_DIR": folder}
    subprocess.run([sys.executable, "-c", script], env=plain_environment() | settings, check=True)
    return Path(folder)


class Client:
    """A server as its clients see it."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            content = response.read()
            is_json = (response.headers.get("Content-Type") or "").startswith("application/json")
            return response.status, json.loads(content) if is_json else content
        finally:
            connection.close()

    def post(self, path: str, body: object, **headers: str) -> Any:
        status, answer = self.call("POST", path, json.dumps(body).encode(), Content_Type="application/json", **headers)
        assert status in (200, 201), (status, answer)
        return answer

    def token(self, username: str = "demo", password: str = "imagehub-demo") -> str:  # noqa: S107  # of the demo account
        return str(self.post("/api/v1/auth/token", {"username": username, "password": password})["access"])

    def upload(self, token: str, photo: bytes) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content_Type": MULTIPART}
        return self.call("POST", "/pictures/create-picture", multipart(photo), **headers)

    def publish(self, token: str) -> str:
        """Make a publication and return its id."""
        return str(self.post("/api/v1/publications", {"title": "A boat"}, Authorization=f"Bearer {token}")["id"])

    def hang(self, token: str, publication: str, photo: bytes) -> tuple[int, Any]:
        """Add a photo to a publication."""
        headers = {"Authorization": f"Bearer {token}", "Content_Type": MULTIPART}
        path = f"/api/v1/publications/{publication}/images"
        return self.call("POST", path, multipart(photo, "image"), **headers)


class Up(Client):
    """A process that serves a data folder, and the clients' view of it."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        command = [sys.executable, "manage.py", "up", "--port", "0", "--data", str(data), *options]
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            env=plain_environment() | {"THROTTLING": "off", "LOG_FORMAT": "json"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self._reader = threading.Thread(target=self._keep_log, args=(self.process.stderr,), daemon=True)
        self._reader.start()
        self.printed = self._read_until_serving(self.process.stdout)
        self.seconds = time.monotonic() - self.started
        found = re.search(r"http://([\d.]+):(\d+)/", self.printed)
        assert found, self.printed
        super().__init__(found[1], int(found[2]))

    def _keep_log(self, stream: IO[str] | None) -> None:
        self.log.extend(stream or ())

    def _read_until_serving(self, stream: IO[str] | None) -> str:
        lines = []
        for line in stream or ():
            lines.append(line)
            if line.startswith("Stop with"):
                return "".join(lines)
        raise AssertionError("".join([*lines, *self.log]))

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        return code
