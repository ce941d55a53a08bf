"""`manage.py up`: everything that ImageHub needs, in one process, on one data folder."""

import contextlib
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from avatars import defaults
from imagehub import demo, embedded, showcase, statics
from imagehub.lib import database, env, origin, storage_url
from imagehub.lib.errors import StorageUnavailable

# Addresses that stand for all of this machine's, and the one to open in a browser here.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # recognised, not chosen


class Command(BaseCommand):
    """Prepares the data folder and serves it until asked to stop."""

    help = "Serve pages, API, sockets and background work in one process; needs nothing else."
    requires_system_checks = (Tags.security,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Say where to listen and where the data is."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
        parser.add_argument("--port", type=int, default=env.integer("PORT", 8000), help="default %(default)s")
        parser.add_argument("--data", metavar="DIR", help="data folder (default: DATA_DIR, or var/)")
        parser.add_argument("--no-demo", action="store_true", help="create no demo accounts")

    def handle(self, **options: Any) -> None:
        """Serve; a data folder or port that is taken is said so."""
        try:
            with embedded.stoppable(), embedded.alone_with(Path(settings.DATA_DIR)):
                listener = embedded.listen(options["host"], options["port"])
                self._serve(listener, demo_wanted=not options["no_demo"])
        except embedded.AlreadyRunning as error:
            raise CommandError(str(error)) from None

    def _serve(self, listener: socket.socket, *, demo_wanted: bool) -> None:
        address = _address(listener)
        self._tell("Preparing", "tables and pictures; the first time that takes a moment")
        with origin.seen_as(address):
            _prepare(demo_wanted=demo_wanted)
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, *_names_of(listener)]
        with contextlib.ExitStack() as shown:
            lines = [("ImageHub", f"{address}/"), ("API", f"{address}/api/docs"), ("Data", str(settings.DATA_DIR))]
            lines += list(_demo_lines())
            if demo_wanted and demo.staff_login():
                _let_harvest(shown.enter_context(showcase.opened(listener.getsockname()[1] + 1)))
            embedded.serve(listener, lambda: self._announce(lines))

    def _announce(self, lines: Iterable[tuple[str, str]]) -> None:
        for name, said in lines:
            self._tell(name, said)
        self.stdout.write("Stop with Ctrl-C.")
        self.stdout.flush()

    def _tell(self, name: str, said: str) -> None:
        self.stdout.write(f"{name:<14}{said}")
        self.stdout.flush()


def _demo_lines() -> Iterator[tuple[str, str]]:
    for name, login in (("Demo account", demo.login()), ("Demo staff", demo.staff_login())):
        if login:
            yield name, f"{login.username} / {login.password}"


def _let_harvest(site: str) -> None:
    """Offer a site of this machine to the harvester, and no other address of it."""
    settings.DEMO_SITE = site
    settings.OUTBOUND_ALLOW = [*settings.OUTBOUND_ALLOW, site.removeprefix("http://")]


def _prepare(*, demo_wanted: bool) -> None:
    _reach_database()
    _reach_storage()
    if _is_behind():
        with database.unhurried():
            call_command("migrate", interactive=False, verbosity=0)
    statics.collect()
    if demo_wanted:
        demo.furnish()


def _reach_database() -> None:
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except OperationalError as error:
        raise CommandError(f"The database can't be used: {error.args[-1]}.") from None


def _reach_storage() -> None:
    try:
        defaults.ensure_default_object()
    except StorageUnavailable:
        raise CommandError(f"The storage {storage_url.named(settings.STORAGE_URL)} can't be used.") from None


def _is_behind() -> bool:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _names_of(listener: socket.socket) -> list[str]:
    """Return the name under which we were asked to listen; an address for all names none in particular."""
    host = str(listener.getsockname()[0])
    return [] if host in _EVERYWHERE else [f"[{host}]" if ":" in host else host]


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = _EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
