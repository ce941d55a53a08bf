"""What the tests ask the database: noted on SQLite, so that a database server is asked each kind of question once.

A kind of question is a statement without its numbers, together with one kind of value that is sent along or with the
error that came of it. `--questions=new` leaves out every test that asks only what the remaining ones ask besides; it
goes by what the last run on SQLite noted, so whatever that has not seen is run, and everything once any of our modules
has changed since. So is whatever commits, as what many want at once is decided by the server.
"""

import re
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.db import DatabaseError, connection
from django.db.models.sql.compiler import SQLCompiler

LEFT_OUT = "questions/spare"  # since when, and whom
ASKED = pytest.StashKey["Asked"]()
NOTED = pytest.StashKey["dict[str, Asked]"]()
STAYING = pytest.StashKey[set[str]]()
BEGUN = pytest.StashKey[float]()
COMMITTING = {"transactional_db", "live_server"}
# What the run on a database server never holds can't ask in another's place.
ELSEWHERE = ("alike", "browser", "server", "deployed")

_VARIABLE = re.compile(r"\d+")
_REPEATED = re.compile(r"\((?:%s(?:, )?)+\)(?:, \((?:%s(?:, )?)+\))*")
_FIRST_UNSAFE = 2**31
_LONG = 255  # characters, beyond which a column may be another
_MARKED: dict[str, Callable[[str], bool]] = {
    "foreign": lambda text: not text.isascii(),
    "upper": lambda text: text != text.lower(),
    "wild": lambda text: any(sign in text for sign in "%_\\"),
    "padded": lambda text: text != text.strip(),
    "long": lambda text: len(text) > _LONG,
    "empty": lambda text: not text,
}


@dataclass
class Asked:
    """The kinds of questions of one test, and how many it asked in all."""

    statements: int = 0
    kinds: set[int] = field(default_factory=set)

    def worth(self, known: set[int]) -> float:
        """Return how many new kinds it asks for each statement."""
        return len(self.kinds - known) / (self.statements or 1)

    def note(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        """Take down one statement, and how it ended if that was ill."""
        self.statements += 1
        params, many, _ = more
        values = {kind for row in (params if many else (params,)) for kind in kinds_of(row)}
        self.kinds.update(_question(sql, kind) for kind in values or {""})
        try:
            return execute(sql, *more)
        except DatabaseError as error:
            self.kinds.add(_question(sql, type(error).__name__))
            raise


def kinds_of(values: Mapping[str, Any] | Iterable[Any] | None) -> Iterator[str]:
    """Name what sets the values that go with a statement apart for a database."""
    for value in values.values() if isinstance(values, Mapping) else values or ():
        yield type(value).__name__
        if isinstance(value, str):
            yield from (name for name, holds in _MARKED.items() if holds(value))
        elif isinstance(value, int) and abs(value) >= _FIRST_UNSAFE:
            yield "big"


@lru_cache(maxsize=65536)
def _question(sql: str, kind: str) -> int:
    return crc32(f"{shape(sql)} {kind}".encode())


@lru_cache(maxsize=4096)
def shape(sql: str) -> str:
    """Return a statement without what differs from one asking to the next: numbers, names of savepoints, lengths."""
    return _VARIABLE.sub("0", _REPEATED.sub("(…)", sql))


def telling_locks(as_sql: Callable[..., tuple[str, Any]]) -> Callable[..., tuple[str, Any]]:
    """Let statements say that they lock rows, which SQLite's leave out: a server's way to do it is a question too."""

    def told(compiler: SQLCompiler, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, params = as_sql(compiler, *args, **kwargs)
        return (f"{sql} /* FOR UPDATE */" if compiler.query.select_for_update else sql), params

    return told


def is_outdated(noted_at: float, root: Path) -> bool:
    """Tell whether a module below a folder has changed since, of those that are loaded and not installed."""
    files = {Path(found) for module in tuple(sys.modules.values()) if (found := getattr(module, "__file__", None))}
    ours = (file for file in files if file.is_relative_to(root) and not file.is_relative_to(sys.prefix))
    return any(not file.exists() or file.stat().st_mtime > noted_at for file in ours)


def left_out(asked: Mapping[str, Asked], kept: set[str]) -> list[str]:
    """Return the tests that ask nothing but what the others ask, given those that stay whatever they ask.

    Greedily, whoever asks the most new things for its statements stays first; the same notes give the same choice.
    """
    known = set[int]().union(*(asked[name].kinds for name in kept))
    # What a test is worth only falls while others are chosen, so what it was worth once is never too little.
    best = [(-one.worth(set()), name) for name, one in asked.items() if name not in kept]
    heapify(best)
    spare = []
    while best:
        _, name = heappop(best)
        worth = asked[name].worth(known)
        if not worth:
            spare.append(name)
        elif best and worth < -best[0][0]:
            heappush(best, (-worth, name))
        else:
            known |= asked[name].kinds
    return sorted(spare)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run say whether it notes or spares."""
    parser.addoption(
        "--questions",
        choices=("note", "new"),
        help="note what the tests ask the database, or leave out what asks nothing new by the last notes",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no notes."""
    config.stash[NOTED] = {}
    config.stash[STAYING] = set()
    config.stash[BEGUN] = time.time()
    if config.option.questions == "note":
        patch = pytest.MonkeyPatch()
        patch.setattr(SQLCompiler, "as_sql", telling_locks(SQLCompiler.as_sql))
        config.add_cleanup(patch.undo)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """See who stays anyhow, or leave out who asks nothing new."""
    if config.option.questions == "note":
        config.stash[STAYING].update(item.nodeid for item in items if _commits(item) and not _is_elsewhere(item))
    elif config.option.questions == "new" and config.cache:
        noted_at, found = config.cache.get(LEFT_OUT, (0.0, []))
        spare = set() if is_outdated(noted_at, config.rootpath) else set(found)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in spare])
        items[:] = [item for item in items if item.nodeid not in spare]


def _commits(item: pytest.Item) -> bool:
    marks = item.iter_markers("django_db")
    asked_for = set(getattr(item, "fixturenames", ()))
    return bool(COMMITTING & asked_for) or any(mark.kwargs.get("transaction") for mark in marks)


def _is_elsewhere(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ELSEWHERE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Listen to what a test and its fixtures ask."""
    if item.config.option.questions != "note" or _is_elsewhere(item):
        return (yield)
    item.stash[ASKED] = Asked()
    with connection.execute_wrapper(item.stash[ASKED].note):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Keep what was asked by a test that ran to its end: one that was skipped here may have more to ask elsewhere."""
    result = yield
    if ASKED in item.stash:
        item.config.stash[NOTED][item.nodeid] = item.stash[ASKED]
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what another process noted."""
    told = getattr(node, "workeroutput", {}).get(LEFT_OUT, {"noted": {}, "staying": []})
    node.config.stash[NOTED].update({name: Asked(count, set(kinds)) for name, (count, kinds) in told["noted"].items()})
    node.config.stash[STAYING].update(told["staying"])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the notes on, or make the choice."""
    config = session.config
    noted, staying = config.stash[NOTED], config.stash[STAYING]
    if hasattr(config, "workeroutput"):
        told = {name: (one.statements, list(one.kinds)) for name, one in noted.items()}
        config.workeroutput[LEFT_OUT] = {"noted": told, "staying": list(staying)}
    elif config.option.questions == "note" and config.cache:
        config.cache.set(LEFT_OUT, (config.stash[BEGUN], left_out(noted, staying & set(noted))))
