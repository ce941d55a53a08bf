"""The process that touches foreign pixels: `python -m imagehub.images.pipeline.child`.

It reads jobs from its standard input until that closes (so it ends with its parent, however that
ends), has little memory, no files to write and no secrets, and dies when a job uses up its time.
"""

import json
import os
import resource
import signal
import warnings
from typing import BinaryIO

from PIL import AvifImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from imagehub.images.pipeline import wire
from imagehub.images.pipeline.animated import rendering
from imagehub.images.pipeline.decoding import decoder_boundary
from imagehub.images.pipeline.editing.engine import edited
from imagehub.images.pipeline.inspection import inspect
from imagehub.images.pipeline.provenance import with_claims_of
from imagehub.images.pipeline.refusals import Refusal
from imagehub.images.pipeline.render import Rendered, Spec, Use, render
from imagehub.images.pipeline.sanitise import clean
from imagehub.images.pipeline.shrink import shrunk

MEMORY = 5 << 28
"""Bytes of address space, 1.25 GiB: the interpreter, and 50 megapixels decoded, turned and encoded."""

PRELOADED = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Loaded before the first job, which would otherwise pay for it."""


def main() -> None:
    """Serve jobs until the input closes."""
    jobs, answers = _channels()
    _confine()
    answers.write(wire.packed({"ready": len(PRELOADED)}))
    while message := _received(jobs):
        head, body = message
        answers.write(answer(head, body))


def answer(head: wire.Head, body: bytes) -> bytes:
    """Do one job within its processor time; when that is used up the process ends here."""
    signal.setitimer(signal.ITIMER_PROF, head["seconds"])
    try:
        return _done(head, body)
    except Refusal as refused:
        return wire.refusal(refused)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _done(head: wire.Head, body: bytes) -> bytes:
    with decoder_boundary():
        if head["job"] == "render":
            return wire.result(_rendered(body, wire.spec_of(head)))
        if head["job"] == "edit":
            picture, overlays = wire.parts_of(head, body)
            return wire.result(edited(picture, wire.recipe_of(head), wire.output_of(head), overlays))
        if head["job"] == "shrink":
            return wire.fewer(shrunk(body))
        if head["job"] == "inspect":
            inspect(body, wire.facts_of(head))
            return wire.sound()
        formats, limits = wire.formats_of(head), wire.limits_of(head)
        made = clean(body, formats=formats, limits=limits, reading=wire.reading_of(head))
        return wire.result(with_claims_of(body, made))


def _rendered(data: bytes, spec: Spec) -> Rendered:
    return rendering.rendered(data, spec) if spec.use is Use.MOVING else render(data, spec)


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes for ourselves: a library that prints must not garble an answer."""
    jobs, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return os.fdopen(jobs, "rb"), os.fdopen(answers, "wb", buffering=0)


def _confine() -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # whatever our parent does with it, ours has to kill
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # told to all at once, it would end us before our parent is done
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    for what, most in {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 16,
    }.items():
        resource.setrlimit(what, (most, most))


def _received(jobs: BinaryIO) -> tuple[wire.Head, bytes] | None:
    prefix = jobs.read(wire.PREFIX.size)
    if len(prefix) < wire.PREFIX.size:
        return None
    head, body = wire.lengths(prefix)
    return json.loads(jobs.read(head)), jobs.read(body)


if __name__ == "__main__":
    main()
