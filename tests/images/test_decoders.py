import io
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from imagehub.images import children, decoders, queueing
from imagehub.images.decoders import Decoders
from imagehub.images.pipeline import sanitise
from imagehub.images.pipeline.editing.engine import Output, edited
from imagehub.images.pipeline.editing.grammar import Recipe, read
from imagehub.images.pipeline.editing.refused import RecipeRefused
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.render import Rendered, Spec, render
from imagehub.lib import cores
from imagehub.lib.errors import RecipeTooExpensive, Throttled
from tests.corpus import build, hostile, odd

PICTURES = frozenset({Format.JPEG, Format.PNG, Format.WEBP})
EVERY = frozenset(Format)
EDIT = read([{"op": "rotate", "degrees": 7}, {"op": "text", "text": "<image href=file:///etc/passwd>", "x": 0, "y": 0}])
MARK = read([{"op": "watermark", "image": "m", "x": 0, "y": 0, "width": 0.5}])
HUGE = read([{"op": "resize", "width": 16_384, "height": 16_384, "fit": "fill"}])
THUMB = Spec(32, 32, "cover", Format.WEBP)
PATIENT = Limits(scans=10_000, pixels=10**12, side=10**5, seconds=0.3)


@pytest.fixture(scope="module")
def pool() -> Iterator[Decoders]:
    with Decoders() as started:
        yield started
    assert started.pids == frozenset()


@pytest.fixture(scope="module")
def costly() -> bytes:
    """A valid JPEG of 25 megapixels in 600 passes: seconds of work in 20 KB or so."""
    return build.many_scans(600, (5000, 5000))


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def resident() -> int:
    """Bytes of memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("name", odd.TABLE)
def test_a_child_answers_what_the_pipeline_answers(pool: Decoders, name: str) -> None:
    data = odd.TABLE[name]()
    expected = sanitise.clean(data, formats=PICTURES, limits=Limits())
    assert pool.clean(data, formats=PICTURES, limits=Limits()) == expected
    assert pool.render(expected.data, THUMB) == render(expected.data, THUMB)


@pytest.mark.parametrize("recipe", [EDIT, MARK])
def test_a_child_does_a_recipe_as_the_pipeline_does(pool: Decoders, recipe: Recipe) -> None:
    photo, output, overlays = hostile.photo(), Output(Format.PNG, width=50), {"m": hostile.photo()}
    assert pool.edit(photo, recipe, output, overlays) == edited(photo, recipe, output, overlays)


@pytest.mark.parametrize(
    ("data", "recipe", "refused"),
    [
        (hostile.photo(), HUGE, RecipeTooExpensive),
        (hostile.photo(), MARK, RecipeRefused),
        (build.flat_png((65_500, 65_500)), EDIT, Refusal),
    ],
)
def test_a_recipe_that_is_refused_troubles_no_child(data: bytes, recipe: Recipe, refused: type[Exception]) -> None:
    with Decoders() as idle:
        with pytest.raises(refused):
            idle.edit(data, recipe, Output(Format.JPEG), {})
        assert idle.pids == frozenset()


def test_hostile_files_are_refused_in_time_and_leave_this_process_as_small_as_it_was(pool: Decoders) -> None:
    before = resident()
    for make, reason in [*hostile.HOSTILE.values(), *hostile.OTHER_KINDS.values()]:
        data, started = make(), time.monotonic()
        with pytest.raises(Refusal) as refusal:
            pool.clean(data, formats=EVERY, limits=Limits())
        assert refusal.value.reason is reason
        assert time.monotonic() - started < 2
    assert resident() - before < 50_000_000


def test_a_header_over_the_limits_troubles_no_child() -> None:
    with Decoders() as idle:
        with pytest.raises(Refusal):
            idle.clean(build.flat_png((65_500, 65_500)), formats=PICTURES, limits=Limits())
        assert idle.pids == frozenset()


def test_a_file_that_uses_up_its_time_is_too_expensive_and_its_child_is_gone(pool: Decoders, costly: bytes) -> None:
    pool.clean(hostile.photo(), formats=PICTURES, limits=Limits())
    before, started = pool.pids, time.monotonic()
    with pytest.raises(Refusal) as refusal:
        pool.clean(costly, formats=PICTURES, limits=PATIENT)
    assert refusal.value.reason is Reason.TOO_EXPENSIVE
    assert time.monotonic() - started < 2
    gone = before - pool.pids
    assert len(gone) == 1
    assert not any(is_running(pid) for pid in gone)
    assert pool.clean(hostile.photo(), formats=PICTURES, limits=Limits()).width == 64


def test_a_child_that_hangs_is_killed_by_the_clock_on_the_wall(pool: Decoders) -> None:
    pool.clean(hostile.photo(), formats=PICTURES, limits=Limits())
    for pid in pool.pids:
        os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(Refusal) as refusal:
        pool.clean(hostile.photo(), formats=PICTURES, limits=Limits(seconds=0.05))
    assert refusal.value.reason is Reason.TOO_EXPENSIVE
    assert time.monotonic() - started < 2
    pool.shutdown()
    assert pool.clean(hostile.photo(), formats=PICTURES, limits=Limits()).width == 64


def test_a_child_that_died_in_between_is_replaced_without_anybody_noticing(pool: Decoders) -> None:
    pool.clean(hostile.photo(), formats=PICTURES, limits=Limits())
    killed = pool.pids
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert pool.clean(hostile.photo(), formats=PICTURES, limits=Limits()).width == 64
    assert not killed & pool.pids


FRAGILE = """
import os, signal, sys
from imagehub.images.pipeline import child
started, fragile, jobs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(started, "a") as starts:
    starts.write("x")
if os.path.getsize(started) <= fragile:
    works, left = child.answer, iter(range(jobs))
    child.answer = lambda *job: works(*job) if next(left, None) is not None else os.kill(os.getpid(), signal.SIGKILL)
child.main()
"""


Fragile = Callable[[int, int], Callable[[], int]]


@pytest.fixture
def fragile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fragile:
    """Have the first children killed after so many jobs, by what is not said; return how many were started."""
    starts = tmp_path / "starts"

    def first(some: int, jobs: int) -> Callable[[], int]:
        monkeypatch.setattr(children, "_COMMAND", [sys.executable, "-c", FRAGILE, str(starts), str(some), str(jobs)])
        return lambda: starts.stat().st_size

    return first


def test_what_a_child_was_killed_over_by_something_else_is_done_by_another(fragile: Fragile) -> None:
    started = fragile(1, 0)
    with Decoders(children=1) as small:
        assert small.render(hostile.photo(), THUMB) == render(hostile.photo(), THUMB)
        assert small.render(hostile.photo(), THUMB).width == 32
    assert started() == 2


def test_of_many_pictures_only_those_without_an_answer_go_to_another_child(fragile: Fragile) -> None:
    started = fragile(1, 2)
    pictures = [build.encoded(Image.new("RGB", (8 + n, 8), "teal"), "PNG") for n in range(5)]
    with Decoders(children=1) as small:
        found = small.inspect_all([*pictures, pictures[0][:-30]], formats=EVERY, limits=Limits())
    assert [one.reason if isinstance(one, Refusal) else one.width for one in found] == [8, 9, 10, 11, 12, "damaged"]
    assert started() == 2


def test_what_two_children_were_killed_over_is_too_expensive(fragile: Fragile) -> None:
    started = fragile(2, 0)
    with Decoders(children=1) as small:
        with pytest.raises(Refusal, match=r"^too_expensive$"):
            small.render(hostile.photo(), THUMB)
        assert started() == 2
        assert small.render(hostile.photo(), THUMB).width == 32


def test_a_child_is_replaced_after_its_share_of_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "JOBS", 3)
    seen: list[int] = []
    with Decoders(children=1) as small:
        for _ in range(7):
            small.render(hostile.photo(), THUMB)
            seen += small.pids
    assert [seen.index(pid) for pid in seen] == [0, 0, 0, 3, 3, 3, 6]


@pytest.mark.parametrize("form", Format)
def test_a_picture_that_stays_as_it_is_is_decoded_to_its_end(pool: Decoders, form: Format) -> None:
    file = io.BytesIO()
    noise = Image.effect_noise((64, 48), 90).convert("RGB")
    noise.save(file, form.codec, quality=80)
    whole = file.getvalue()

    facts, refusal = pool.inspect_all([whole, whole[: len(whole) * 2 // 3]], formats=EVERY, limits=Limits())
    assert facts == probe(whole, formats=EVERY, limits=Limits())
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.DAMAGED


def test_every_frame_of_an_animation_is_decoded(pool: Decoders) -> None:
    frames = [Image.effect_noise((32, 32), 20 * number).convert("RGB") for number in range(1, 4)]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    whole = file.getvalue()
    last = whole.rindex(b"VP8L") + 16
    spoiled = whole[:last] + bytes(200) + whole[last + 200 :]

    found = pool.inspect_all([spoiled, whole, spoiled], formats=EVERY, limits=Limits())
    assert [isinstance(one, Refusal) or one.frames for one in found] == [True, 3, True]


def test_a_child_that_is_lost_over_a_picture_costs_no_other(pool: Decoders, costly: bytes) -> None:
    fine, nonsense = hostile.photo(), b"nonsense that is long enough"
    large = build.encoded(Image.effect_noise((1200, 1200), 90).convert("RGB"), "PNG")  # more than a pipe takes at once
    assert len(large) > 1 << 20
    pool.inspect_all([fine], formats=EVERY, limits=Limits())
    before = pool.pids

    pictures = [fine, costly, fine, nonsense, large, costly, costly, fine, large]
    found = pool.inspect_all(pictures, formats=EVERY, limits=PATIENT)

    assert [one.reason if isinstance(one, Refusal) else one.width for one in found] == [
        64, "too_expensive", 64, "unsupported", 1200, "too_expensive", "too_expensive", 64, 1200,
    ]  # fmt: skip
    assert len(before - pool.pids) == 1
    assert pool.inspect_all([], formats=EVERY, limits=Limits()) == []


def test_a_file_that_needs_too_much_memory_is_damaged(pool: Decoders) -> None:
    roomy = Limits(pixels=10**10, side=10**5, seconds=20)
    hungry = build.with_size(hostile.photo(progressive=True), (40_000, 40_000))
    with pytest.raises(Refusal) as refusal:
        pool.clean(hungry, formats=PICTURES, limits=roomy)
    assert refusal.value.reason is Reason.DAMAGED


def test_many_threads_share_the_children() -> None:
    pictures = [build.encoded(Image.new("RGB", (8 + n, 8), "teal"), "PNG") for n in range(40)]
    with Decoders() as shared, ThreadPoolExecutor(16) as threads:
        widths = threads.map(lambda data: shared.clean(data, formats=PICTURES, limits=Limits()).width, pictures)
        assert list(widths) == [8 + n for n in range(40)]
        assert len(shared.pids) == 2


def test_a_caller_who_waits_too_long_is_told_to_come_back(costly: bytes) -> None:
    with Decoders(children=1, patience=0.05) as small:
        small.clean(hostile.photo(), formats=PICTURES, limits=Limits())
        at_work = threading.Thread(target=_swallow, args=(small, costly))
        at_work.start()
        _wait_until_taken(small, 0, lambda: not at_work.is_alive())
        with pytest.raises(Throttled):
            small.clean(hostile.photo(), formats=PICTURES, limits=Limits())
        at_work.join()


def test_what_may_take_long_leaves_a_child_to_all_that_is_quick() -> None:
    large, wide = (
        build.encoded(Image.effect_noise((2100, 2100), 90), "PNG", compress_level=1),
        replace(THUMB, fit="inside", width=4000, height=4000),
    )
    with Decoders(children=2, patience=0.1) as pool, ThreadPoolExecutor(1) as thread:
        pool.clean(hostile.photo(), formats=PICTURES, limits=Limits())
        (pid,) = pool.pids
        os.kill(pid, signal.SIGSTOP)
        first = thread.submit(pool.render, hostile.photo(), wide)
        _wait_until_taken(pool, 1, first.done)
        for ask in (
            lambda: pool.render(hostile.photo(), wide),
            lambda: pool.edit(build.flat_png((4000, 4000)), EDIT, Output(Format.JPEG), {}),
            lambda: pool.shrink(large),
            lambda: pool.shrink(build.flat_png((4000, 4000))),
        ):
            with pytest.raises(Throttled):
                ask()
        for _ in range(2):
            assert pool.clean(hostile.photo(), formats=PICTURES, limits=Limits()).width == 64
            assert pool.render(hostile.photo(), THUMB).width == 32
            assert pool.edit(build.flat_png((4000, 4000)), EDIT, Output(Format.JPEG, width=50), {}).width == 50
        os.kill(pid, signal.SIGCONT)
        assert first.result(20) == pool.render(hostile.photo(), wide)


def test_a_child_that_becomes_free_goes_to_whoever_has_fewest_at_work() -> None:
    large, done = build.flat_png((6000, 6000)), list[str]()
    with Decoders(children=2) as pool, ThreadPoolExecutor(4) as threads:

        def render(whose: str, owner: int, data: bytes) -> None:
            with queueing.queue.place(owner):
                pool.render(data, THUMB)
            done.append(whose)

        for left in (1, 0):
            pool.clean(hostile.photo(), formats=PICTURES, limits=Limits())
            for pid in pool.pids:
                os.kill(pid, signal.SIGSTOP)
            stopped = threads.submit(render, "a's", 1, hostile.photo())
            _wait_until_taken(pool, left, stopped.done)
        threads.submit(render, "a's third", 1, large)
        _wait_until_taken(pool, -1, stopped.done)
        others = threads.submit(render, "b's", 2, hostile.photo())
        _wait_until_taken(pool, -2, stopped.done)
        one, other = pool.pids
        os.kill(one, signal.SIGCONT)
        others.result(20)
        assert "a's third" not in done
        os.kill(other, signal.SIGCONT)


def test_what_one_account_waits_for_is_refused_where_more_of_it_takes_long() -> None:
    wide = replace(THUMB, fit="inside", width=4000, height=4000)
    with Decoders() as pool, queueing.queue.place(1):
        with queueing.queue.long(), queueing.queue.long(), pytest.raises(Throttled):
            pool.render(hostile.photo(), wide)
        assert pool.pids == frozenset()
        assert pool.render(hostile.photo(), wide).width == 64


def test_a_child_goes_on_though_the_whole_installation_is_told_to_end() -> None:
    """As systemd does; its parent may still have a file to answer for."""
    with Decoders(children=1) as small:
        small.clean(hostile.photo(), formats=PICTURES, limits=Limits())
        (pid,) = small.pids
        os.kill(pid, signal.SIGTERM)
        assert small.clean(hostile.photo(), formats=PICTURES, limits=Limits()).width == 64
        assert small.pids == {pid}


def _wait_until_taken(pool: Decoders, free: int, is_over: Callable[[], bool]) -> None:
    while pool.free > free and not is_over():
        time.sleep(0.001)


def test_shutting_down_ends_children_at_work(costly: bytes) -> None:
    with Decoders(children=1) as small:
        small.clean(hostile.photo(), formats=PICTURES, limits=Limits())
        (pid,) = small.pids
        at_work = threading.Thread(target=_swallow, args=(small, costly))
        at_work.start()
        _wait_until_taken(small, 0, lambda: not at_work.is_alive())
        small.shutdown()
        assert not is_running(pid)
        at_work.join()
        assert small.pids == frozenset()
        assert small.clean(hostile.photo(), formats=PICTURES, limits=Limits()).width == 64


def _swallow(pool: Decoders, data: bytes) -> None:
    with pytest.raises(Refusal):
        pool.clean(data, formats=PICTURES, limits=PATIENT)


def test_a_rendition_of_nonsense_is_refused(pool: Decoders) -> None:
    with pytest.raises(Refusal):
        pool.render(b"nonsense that is long enough", THUMB)


def test_a_picture_is_written_in_fewer_bytes_by_a_child(pool: Decoders) -> None:
    drawn = build.encoded(build.picture(), "PNG", compress_level=0)
    small = pool.shrink(drawn)
    assert 0 < len(small) < len(drawn)
    assert build.decoded(small).tobytes() == build.decoded(drawn).tobytes()
    assert pool.shrink(small) == b""
    with pytest.raises(Refusal):
        pool.shrink(b"nonsense that is long enough")


def test_what_writes_fewer_bytes_is_not_even_loaded_here() -> None:
    asked = "import sys; from imagehub.images import decoders; print('oxipng' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", asked]) == b"False\n"


def test_a_child_has_no_secrets_no_core_and_no_foreign_descriptors(pool: Decoders) -> None:
    os.environ["IMAGEHUB_CANARY"] = "canary"
    pool.shutdown()
    with Path(__file__).open(), Path(os.devnull).open():
        pool.clean(hostile.photo(), formats=PICTURES, limits=Limits())
    del os.environ["IMAGEHUB_CANARY"]
    (pid,) = pool.pids
    assert b"canary" not in Path(f"/proc/{pid}/environ").read_bytes()
    targets = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    assert {target.partition(":")[0] for target in targets} == {"/dev/null", "pipe"}
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert f"Max address space         {5 << 28}" in limits
    assert "Max core file size        0 " in limits


ORPHAN = """
import sys, threading
from imagehub.images import children, decoders, queueing
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from tests.corpus import build, hostile
formats = frozenset({Format.JPEG})
decoders.clean(hostile.photo(), formats=formats, limits=Limits())
print(*decoders.pids(), flush=True)
sys.stdin.readline()
decoders.clean(build.many_scans(600, (5000, 5000)), formats=formats,
    limits=Limits(scans=10_000, pixels=10**12, seconds=1))
"""


@pytest.mark.parametrize("work", [b"", b"work\n"])
def test_children_end_when_their_parent_is_killed(work: bytes) -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        (pid,) = [int(word) for word in parent.stdout.readline().split()]
        watched = os.pidfd_open(pid)
        parent.stdin.write(work)
        parent.stdin.flush()
        parent.kill()
    _wait_for_end(watched, pid)


def _wait_for_end(watched: int, pid: int) -> None:
    waiting = select.poll()
    waiting.register(watched, select.POLLIN)
    ended = waiting.poll(10_000)
    os.close(watched)
    assert ended, f"decoder {pid} outlived its parent"


def test_a_forked_process_gets_children_of_its_own() -> None:
    decoders.clean(hostile.photo(), formats=PICTURES, limits=Limits())
    before = decoders.pids()
    reader, writer = os.pipe()
    forked = os.fork()
    if forked == 0:
        made: Rendered = decoders.render(hostile.photo(), THUMB)
        os.write(writer, f"{made.width} {decoders.pids() & before == frozenset()}".encode())
        decoders.shutdown()
        os._exit(0)
    os.waitpid(forked, 0)
    assert os.read(reader, 100) == b"32 True"
    os.close(reader)
    os.close(writer)
    assert decoders.clean(hostile.photo(), formats=PICTURES, limits=Limits()).width == 64
    assert decoders.pids() == before
    decoders.shutdown()
    assert decoders.pids() == frozenset()


def test_a_child_of_a_thread_with_a_core_of_its_own_runs_on_all(tmp_path: Path) -> None:
    everywhere = os.sched_getaffinity(0)
    with Decoders() as pool, cores.one_of_its_own(tmp_path):
        pool.render(build.photo(1, side=64), THUMB)
        (child,) = pool.pids
        assert os.sched_getaffinity(child) == everywhere
