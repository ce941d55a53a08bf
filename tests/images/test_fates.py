import resource
import signal
import subprocess
import sys

import pytest

from imagehub.images.fates import fate
from imagehub.images.pipeline.refusals import Reason

ENDS = {
    "its time is up": ("os.kill(os.getpid(), signal.SIGPROF)", Reason.TOO_EXPENSIVE),
    "something else kills it": ("os.kill(os.getpid(), signal.SIGKILL)", None),
    "it is stuck": ("signal.pause()", Reason.TOO_EXPENSIVE),
    "it breaks over the picture": ("os.kill(os.getpid(), signal.SIGSEGV)", Reason.DAMAGED),
    "it gives up": ("sys.exit(1)", Reason.DAMAGED),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_process_tells_by_its_end_why_it_was_lost(how: str) -> None:
    command, reason = ENDS[how]
    prelude = "import os, resource, signal, sys; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))"
    with subprocess.Popen([sys.executable, "-c", f"{prelude}; print(flush=True); {command}"], stdout=-1) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
        assert fate(child.pid) is reason
        assert child.returncode is None
        child.kill()
    assert child.returncode in {1, -signal.SIGPROF, -signal.SIGKILL, -signal.SIGSEGV}


def test_nothing_is_said_against_a_picture_whose_process_is_gone_already() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    assert fate(child.pid) is Reason.DAMAGED


def test_whoever_has_no_file_left_to_look_at_a_process_does_not_fail_over_it() -> None:
    _soft, hard = before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as child:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            assert fate(child.pid) is Reason.DAMAGED
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
            child.kill()
