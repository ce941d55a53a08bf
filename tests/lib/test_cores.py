"""The cores are this machine's, and whoever takes them processes of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imagehub.lib import cores
from tests.programs import without

# Says which core it has and where its threads may run, until it is told something.
HOLDER = """
import os, sys, threading
from pathlib import Path
from imagehub.lib import cores

def places():
    return sorted(os.sched_getaffinity(0))

with cores.one_of_its_own(Path(sys.argv[1])) as core:
    found = []
    thread = threading.Thread(target=lambda: found.extend(places()))
    thread.start()
    thread.join()
    print(core, places(), found, flush=True)
    sys.stdin.readline()
print(places(), flush=True)
"""
Hold = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Hold]:
    """Start a process that takes a core: `hold()`."""
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", HOLDER, str(tmp_path)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def here() -> list[int]:
    """The cores of this machine that we may use."""
    found = sorted(os.sched_getaffinity(0))
    if len(found) == 1:
        without("there is only one core")
    return found


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_each_process_and_its_threads_get_a_core_until_all_are_taken(hold: Hold, here: list[int]) -> None:
    found = sorted(said(hold()) for _core in here)

    assert found == sorted(f"{core} [{core}] [{core}]" for core in here)
    assert said(hold()) == f"None {here} {here}"


def test_a_core_is_free_again_once_its_process_was_killed(hold: Hold, here: list[int]) -> None:
    holders = {said(process).split()[0]: process for process in [hold() for _core in here]}
    one = str(here[0])
    holders[one].send_signal(signal.SIGKILL)
    holders[one].wait()

    assert said(hold()) == f"{one} [{one}] [{one}]"


def test_afterwards_all_cores_are_there_again(hold: Hold, here: list[int]) -> None:
    process = hold()
    said(process)

    assert process.communicate("\n")[0].strip() == str(here)


def test_with_one_core_nothing_changes_and_nothing_is_written(hold: Hold, here: list[int], tmp_path: Path) -> None:
    os.sched_setaffinity(0, here[:1])  # what is started inherits it
    try:
        process = hold()
    finally:
        os.sched_setaffinity(0, here)

    assert said(process) == f"None {here[:1]} {here[:1]}"
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_noted_nothing_changes(here: list[int], tmp_path: Path) -> None:
    with cores.one_of_its_own(tmp_path / "missing") as core:
        assert (core, sorted(os.sched_getaffinity(0))) == (None, here)


def test_what_a_thread_with_a_core_begins_can_be_set_free(here: list[int], tmp_path: Path) -> None:
    with cores.one_of_its_own(tmp_path) as core, subprocess.Popen(["sleep", "60"]) as child:
        before = os.sched_getaffinity(child.pid)
        cores.set_free(child.pid)
        after = sorted(os.sched_getaffinity(child.pid))
        child.kill()

    assert (before, after) == ({core}, here)


def test_cores_that_were_taken_from_us_fail_nobody(
    here: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cores.one_of_its_own(tmp_path) as core:
        monkeypatch.setattr(cores, "_ALL", frozenset({1023}))
        cores.set_free(0)
        assert os.sched_getaffinity(0) == {core}
    os.sched_setaffinity(0, here)
