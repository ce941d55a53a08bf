"""A server that is not installed is a failure where everything must be proved, and a named skip elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import servers
from tests.programs import Missing


@contextmanager
def absent() -> Iterator[dict[str, str]]:
    raise Missing("some-server")
    yield {}


@contextmanager
def present() -> Iterator[dict[str, str]]:
    yield {"SOME_URL": "some://where"}


@pytest.mark.parametrize(("ci", "status", "said"), [("1", 1, "FAILED"), ("", 0, "SKIPPED")])
def test_without_the_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, status: int, said: str
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setitem(servers.SERVERS, "redis", absent)
    assert servers.main(["redis", "--", "true"]) == status
    written = capsys.readouterr()
    assert said in written.out + written.err
    assert "some-server" in written.out + written.err


@pytest.mark.parametrize(("command", "status"), [('test "$SOME_URL" = some://where', 0), ("exit 3", 3)])
def test_the_command_is_told_where_the_server_is(monkeypatch: pytest.MonkeyPatch, command: str, status: int) -> None:
    monkeypatch.setitem(servers.SERVERS, "redis", present)
    assert servers.main(["redis", "--", "sh", "-c", command]) == status


@pytest.mark.parametrize("arguments", [["redis"], ["redis", "true"], ["nothing", "--", "true"], ["redis", "--"]])
def test_a_wrong_call_says_how(arguments: list[str]) -> None:
    assert servers.main(arguments) == 2
