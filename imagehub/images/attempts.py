"""What could not be made in time is not tried again for a while, or every request would take a decoder for as long."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from imagehub.images.pipeline.refusals import Reason, Refusal
from imagehub.lib import shared
from imagehub.lib.errors import RenditionTooExpensive

log = structlog.get_logger(__name__)

REST = 600  # seconds; the machine may have been busy with something else


@contextmanager
def attempted(what: str) -> Iterator[None]:
    """Make what may take too long; RenditionTooExpensive when it does now or has done so lately, anywhere."""
    name = f"too-expensive/{what}"
    if shared.ask(lambda cache: cache.get(name)):
        raise RenditionTooExpensive
    try:
        yield
    except Refusal as refusal:
        if refusal.reason is not Reason.TOO_EXPENSIVE:
            raise
        log.warning("image.too_expensive", what=what)
        shared.ask(lambda cache: cache.set(name, True, timeout=REST))
        raise RenditionTooExpensive from refusal
