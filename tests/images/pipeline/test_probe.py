import time
import tracemalloc

import pytest

from imagehub.images.pipeline.facts import Facts
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.limits import Limits
from imagehub.images.pipeline.probe import probe
from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.images.pipeline.sanitise import clean
from tests.corpus import build, hostile, odd

PICTURES = frozenset({Format.JPEG, Format.PNG, Format.WEBP})
EVERY = frozenset(Format)


def refused(data: bytes, formats: frozenset[Format] = PICTURES, limits: Limits | None = None) -> Reason:
    with pytest.raises(Refusal) as refusal:
        clean(data, formats=formats, limits=limits or Limits())
    return refusal.value.reason


@pytest.mark.parametrize("name", hostile.HOSTILE)
def test_a_hostile_file_is_refused_at_once_and_for_its_own_reason(name: str) -> None:
    make, reason = hostile.HOSTILE[name]
    data, started = make(), time.monotonic()
    assert refused(data) is reason
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("name", hostile.HOSTILE)
def test_judging_a_hostile_file_allocates_next_to_nothing(name: str) -> None:
    data = hostile.HOSTILE[name][0]()
    tracemalloc.start()
    try:
        probe(data, formats=PICTURES, limits=Limits())
    except Refusal:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("name", hostile.OTHER_KINDS)
def test_hostile_files_of_other_kinds_are_refused_where_those_kinds_are_taken(name: str) -> None:
    make, reason = hostile.OTHER_KINDS[name]
    assert refused(make(), EVERY) is reason


@pytest.mark.parametrize("name", hostile.FOREIGN)
def test_what_is_no_jpeg_png_or_webp_is_unsupported_whatever_it_is_called(name: str) -> None:
    assert refused(hostile.FOREIGN[name]()) is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("form", "found"),
    [("JPEG", Format.JPEG), ("PNG", Format.PNG), ("WEBP", Format.WEBP), ("GIF", Format.GIF), ("AVIF", Format.AVIF)],
)
def test_a_format_is_recognised_by_content_and_only_where_it_is_taken(form: str, found: Format) -> None:
    data = build.encoded(build.picture(), form)
    facts = probe(data, formats=EVERY, limits=Limits())
    assert (facts.format, facts.width, facts.height, facts.frames) == (found, 64, 48, 1)
    assert refused(data, EVERY - {found}) is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (odd.several_pictures(), Facts(Format.JPEG, 64, 48)),
        (odd.oriented(6), Facts(Format.JPEG, 64, 48, orientation=6)),
        (odd.inks(), Facts(Format.JPEG, 64, 48, components=4)),
        (build.many_scans(40, (512, 512)), Facts(Format.JPEG, 512, 512, scans=40, components=1)),
        (odd.TABLE["turned PNG"](), Facts(Format.PNG, 64, 48, orientation=6)),
        (odd.TABLE["animated PNG"](), Facts(Format.PNG, 64, 48, frames=3)),
        (odd.TABLE["turned WebP"](), Facts(Format.WEBP, 64, 48, orientation=8)),
        (odd.TABLE["animated WebP"](), Facts(Format.WEBP, 64, 48, frames=3)),
        (build.animated_gif(7, (9, 5)), Facts(Format.GIF, 9, 5, frames=7)),
    ],
)
def test_a_header_tells_the_facts(data: bytes, expected: Facts) -> None:
    assert probe(data, formats=EVERY, limits=Limits()) == expected


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(pixels=64 * 48), None),
        (Limits(pixels=64 * 48 - 1), Reason.TOO_MANY_PIXELS),
        (Limits(side=64), None),
        (Limits(side=63), Reason.TOO_MANY_PIXELS),
    ],
)
def test_a_limit_is_the_last_value_that_passes(limits: Limits, reason: Reason | None) -> None:
    photo = hostile.photo()
    if reason is None:
        assert probe(photo, formats=EVERY, limits=limits).width == 64
    else:
        assert refused(photo, EVERY, limits) is reason


def test_the_length_limit_is_exact() -> None:
    photo = hostile.photo()
    assert probe(photo, formats=EVERY, limits=Limits(bytes=len(photo))).width == 64
    assert refused(photo, EVERY, Limits(bytes=len(photo) - 1)) is Reason.TOO_MANY_BYTES


@pytest.mark.parametrize(
    "tiff",
    [b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", build.exif(0)[6:], build.exif(9)[6:]],
)
def test_a_broken_exif_block_means_upright(tiff: bytes) -> None:
    photo = build.with_segments(hostile.photo(), build.segment(0xE1, b"Exif\0\0" + tiff))
    assert probe(photo, formats=EVERY, limits=Limits()).orientation == 1
