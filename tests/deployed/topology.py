"""The installation of compose.yaml without Docker: the same processes, each private and on a free port."""

import json
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
import yaml

from tests import servers
from tests.accounts.issuing import configuration
from tests.deployed import parts
from tests.deployed.documented import environment, fill
from tests.deployed.parts import Part
from tests.programs import required, without
from tests.running import Client, manage, plain_environment

ADA = {"username": "ada", "password": "a-Long-phrase-7"}
PAGES = 2
WORKERS = 2


@dataclass(frozen=True)
class Deployment:
    """An installation as seen through its front server, and what it consists of."""

    front: Client
    pages: list[Client]
    folder: Path
    environment: dict[str, str]
    parts: dict[str, Part]
    issuer: int  # the port at which an issuer's keys are looked for

    def manage(self, command: str, *options: str) -> tuple[int, str]:
        """Run one command of `manage.py` beside the others, and return its exit code and what it said."""
        done = manage(self.folder, command, *options, **self.environment)
        return done.returncode, done.stdout + done.stderr

    @contextmanager
    def told(self, parts: Sequence[str], **environment: str) -> Iterator[None]:
        """Let parts start anew with other settings, the only ones of their kind, and as they were after the block."""
        kinds = {name.rpartition("-")[0] for name in parts}
        alike = [name for name in self.parts if name.rpartition("-")[0] in kinds]
        before = dict(self.environment)
        self._started(parts, alike, before | environment)
        try:
            yield
        finally:
            self._started(alike, alike, before)

    def _started(self, parts: Sequence[str], of: Sequence[str], environment: dict[str, str]) -> None:
        self.environment.clear()
        self.environment.update(environment)  # which is what all parts are started with
        for name in of:
            self.parts[name].kill()
        for name in parts:
            self.parts[name].start()

    @contextmanager
    def beside(self, within: Sequence[str], **environment: str) -> Iterator[tuple[Part, Client]]:
        """Run one more process of pages within another command and with settings of its own."""
        port = servers.free_port()
        usual = shlex.join(_command("pages", self.folder, port, 0)).replace("--workers 2", "--workers 1")
        command = [*within, *shlex.split(usual)]
        log = self.folder / f"beside-{port}.log"
        part = Part(command, partial(servers.listens, port), self.environment | environment, log)
        part.start()
        try:
            yield part, Client("127.0.0.1", port)
        finally:
            part.kill()

    def transactions(self) -> int:
        """Count the transactions that are open in the database."""
        place = dj_database_url.parse(self.environment["DATABASE_URL"])
        connection = import_module("MySQLdb").connect(unix_socket=place["HOST"], user=place["USER"])
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM information_schema.innodb_trx")
            return int(cursor.fetchone()[0])

    def of(self, kind: str) -> list[Part]:
        """Return all processes of a service of the composition."""
        return [part for name, part in self.parts.items() if name.startswith(kind)]


@contextmanager
def deployed(folder: Path) -> Iterator[Deployment]:
    """Run everything, and leave no process behind."""
    for module in ("MySQLdb", "granian"):
        if not find_spec(module):
            without(f"{module} is not installed")
    for program in ("mariadb-install-db", "mariadbd", "mariadb", "redis-server", "nginx"):
        required(program)
    with ExitStack() as stack:
        documents = stack.enter_context(servers.mongodb())
        database, database_url = parts.mariadb(folder / "mariadb")
        broker, broker_url = parts.redis(folder)
        _begin(stack, {"database": database, "redis": broker})
        front = servers.free_port()
        shared = plain_environment() | environment(folder, front) | documents
        shared |= {"DATABASE_URL": database_url, "REDIS_URL": broker_url, "HARVEST_LEASE": "5", "RETRY_DELAY": "0"}
        shared |= {"OUTBOUND_ALLOW": "127.0.0.0/8:*", "API_KEY": "a-service-key-" + "x" * 32}
        issuer = servers.free_port()
        servers.make_database(database_url, "imagehub")
        for command in (("migrate",), ("collectstatic", "--noinput")):
            done = manage(folder, *command, **shared)
            assert (done.returncode, done.stderr) == (0, ""), done.stderr
        # Only now: every command would warn of an address without TLS.
        shared |= {"JWT_ISSUERS": json.dumps([configuration(f"http://127.0.0.1:{issuer}/")])}
        ours, ports = _ours(folder, shared)
        _begin(stack, ours)
        stack.enter_context(servers.nginx(front_server(folder, ports, front), front))
        client = Client("127.0.0.1", front)
        client.post("/api/v1/auth/register", {**ADA, "email": "ada@example.org"})
        pages = [Client("127.0.0.1", port) for port in ports["pages"]]
        everything = {"database": database, "redis": broker, **ours}
        yield Deployment(client, pages, folder, shared, everything, issuer)


def _begin(stack: ExitStack, some: dict[str, Part]) -> None:
    for part in some.values():
        stack.callback(part.kill)
        part.start()


def _ours(folder: Path, shared: dict[str, str]) -> tuple[dict[str, Part], dict[str, list[int]]]:
    """Return our processes by the names of their services, and where those listen that do."""
    counts = {"pages": PAGES, "sockets": 1, "worker": WORKERS, "harvester": 1, "clock": 1}
    ports = {"pages": [servers.free_port() for _ in range(PAGES)], "sockets": [servers.free_port()]}
    found: dict[str, Part] = {}
    for service, count in counts.items():
        for number in range(count):
            port = ports.get(service, [0] * count)[number]
            command = _command(service, folder, port, number)
            # What listens nowhere is ready when it is: its work waits for it in the database.
            is_ready = partial(servers.listens, port) if port else lambda: True
            log = folder / f"{service}-{number}.log"
            found[f"{service}-{number}"] = Part(command, is_ready, shared, log)
    return found, ports


def _command(service: str, folder: Path, port: int, number: int) -> list[str]:
    told = composed(service).replace("/var/lib/imagehub", str(folder)).replace("0.0.0.0", "127.0.0.1")  # noqa: S104  # of a container
    told = re.sub(r"--port \d+", f"--port {port}", told)
    # Small machines: one child where an installation has two, and each worker a name of its own.
    told = told.replace("--concurrency 2", "--concurrency 1")
    program, *options = shlex.split(told)
    named = ["--hostname", f"{service}{number}@here"] if " worker " in told else []
    return [str(Path(sys.executable).parent / program), *options, *named]


def composed(service: str) -> str:
    """Return the command of a service of the composition, or that of the image."""
    composition = yaml.safe_load(Path("compose.yaml").read_text(encoding="utf-8"))
    command = composition["services"][service].get("command")
    if command is None:
        lines = Path("Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
        [words] = re.findall(r"^CMD (\[.*?\])$", lines, re.MULTILINE)
        return shlex.join(yaml.safe_load(words))
    return str(command)


def front_server(folder: Path, ports: dict[str, list[int]], listen: int) -> str:
    """Return the delivered configuration of the front server, before processes at some ports."""
    told = Path("deploy/nginx/default.conf.template").read_text(encoding="utf-8")
    places = {name: " max_fails=0; server ".join(f"127.0.0.1:{port}" for port in each) for name, each in ports.items()}
    names = {"LISTEN": f"127.0.0.1:{listen}", "PAGES": places["pages"], "SOCKETS": places["sockets"]}
    return fill(told, {**names, "STORED": f"{folder}/storage"})
