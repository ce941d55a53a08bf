"""What is delivered for machines: the image, the composition of its processes, and the front server."""

import json
import re
import shlex
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from imagehub import asgi
from tests import servers
from tests.deployed import documented
from tests.programs import required
from tests.running import Client

pytestmark = pytest.mark.alike

SET = {"SECRET_KEY": "x" * 50, "PUBLIC_URL": "https://pictures.example.org", "DATABASE_PASSWORD": "a-long-password"}
LISTENING = ["--host", "0.0.0.0"]  # noqa: S104  # within its container; from outside only the front server is reached


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a person has before the start: the composition, and the settings as they are given."""
    place = tmp_path_factory.mktemp("composition")
    for name, copy in (("compose.yaml", "compose.yaml"), (".env.example", ".env")):
        (place / copy).write_text(Path(name).read_text(encoding="utf-8"), encoding="utf-8")
    return place


def composed(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [required("docker-compose"), "--file", "compose.yaml", "config"]
    return subprocess.run(
        command, cwd=folder, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def services(folder: Path) -> dict[str, Any]:
    done = composed(folder, **SET)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    return found


@pytest.mark.parametrize("name", sorted(SET))
def test_without_its_secrets_nothing_is_started(folder: Path, name: str) -> None:
    done = composed(folder, **{**SET, name: ""})

    assert done.returncode == 1
    assert name in done.stderr


def test_every_process_of_ours_is_without_rights_and_can_write_to_two_volumes_alone(services: dict[str, Any]) -> None:
    ours = [service for service in services.values() if service["image"].startswith("imagehub:")]

    assert len(ours) == 6
    for service in ours:
        assert (service["cap_drop"], service["read_only"]) == (["ALL"], True)
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert sorted(each.split(":")[1] for each in service["volumes"]) == ["/srv/imagehub", "/var/lib/imagehub"]


def test_only_the_front_server_is_reached_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if service.get("ports")] == ["front"]


def test_what_is_composed_runs_the_commands_of_the_readme(services: dict[str, Any]) -> None:
    pages, sockets, worker = documented.commands(Path("/var/lib/imagehub"), {"8000": 8000, "8001": 8001})
    work = worker[:4]

    assert _named(_image_command()) == _named(pages)
    assert _named(shlex.split(services["sockets"]["command"])) == _named(sockets)
    assert shlex.split(services["worker"]["command"]) == ["celery", *work[1:], "-Q", "celery", *worker[-2:]]
    assert shlex.split(services["harvester"]["command"]) == ["celery", *work[1:], "-Q", "harvest", *worker[-2:]]
    assert shlex.split(services["clock"]["command"]) == ["celery", *work[1:3], "beat", *worker[5:7]]


def test_there_are_more_threads_than_renditions_that_wait_and_a_connection_for_each() -> None:
    told = dict(pairwise(_image_command()))
    threads, page = int(told["--blocking-threads"]), Path("README.md").read_text(encoding="utf-8")
    assert (asgi.THREADS, threads > settings.RENDER_QUEUE) == (threads, True)
    assert re.findall(r"one connection to the database: (\d) × (\d+) here", page) == [(told["--workers"], str(threads))]  # noqa: RUF001  # as the page has it


def test_one_clock_runs(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "beat" in str(service.get("command"))] == ["clock"]
    assert "deploy" not in services["clock"]


def test_the_image_holds_every_package_and_runs_without_rights() -> None:
    told = Path("Dockerfile").read_text(encoding="utf-8")
    packages = sorted(place.parent.name for place in Path().glob("*/__init__.py") if place.parent.name != "tests")

    assert sorted(set(re.findall(r"^COPY (\w+) \1$", told, re.MULTILINE)) - {"templates", "static"}) == packages
    assert re.findall(r"^USER (\w+)$", told, re.MULTILINE) == ["imagehub"]
    kept = Path(".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", told, re.MULTILINE)
    assert {f"!{name}" for line in copied for name in line.split()} == {line for line in kept if line.startswith("!")}


@pytest.fixture(scope="module")
def front() -> Iterator[Client]:
    """The front server before a page process that answers with the scheme it is told."""
    pages = ThreadingHTTPServer(("127.0.0.1", 0), _Told)
    threading.Thread(target=pages.serve_forever, args=(0.02,), daemon=True).start()
    port, behind = servers.free_port(), f"127.0.0.1:{pages.server_address[1]}"
    names = {"LISTEN": f"127.0.0.1:{port}", "PAGES": behind, "SOCKETS": behind, "STORED": "/nowhere"}
    told = Path("deploy/nginx/default.conf.template").read_text(encoding="utf-8")
    try:
        with servers.nginx(documented.fill(told, names), port):
            yield Client("127.0.0.1", port)
    finally:
        pages.shutdown()
        pages.server_close()


@pytest.mark.parametrize(("said", "told"), [("", "http"), ("http", "http"), ("https", "https"), ("https, ftp", "http")])
def test_who_speaks_tls_before_the_front_server_is_believed(front: Client, said: str, told: str) -> None:
    headers = {"X_Forwarded_Proto": said} if said else {}
    assert front.call("GET", "/", None, **headers) == (200, {"scheme": told})


class _Told(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"scheme": self.headers["X-Forwarded-Proto"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _image_command() -> list[str]:
    told = re.search(
        r"^CMD (\[.*?\])$", Path("Dockerfile").read_text(encoding="utf-8").replace("\\\n", ""), re.MULTILINE
    )
    assert told
    return list(yaml.safe_load(told[1]))


def _named(command: list[str]) -> list[str]:
    """Return a command as it would be started by hand on one machine."""
    text = "\0".join([Path(command[0]).name, *command[1:]])
    return text.replace("\0" + "\0".join(LISTENING), "").split("\0")
