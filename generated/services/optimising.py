"""The same image in fewer bytes, made after the answer."""

from django.utils import timezone

from generated.models import Generated
from generated.services import keeping
from imagehub.images import optimising, storage
from imagehub.images.models import Image
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.sanitise import Clean
from imagehub.images.services import Stored
from imagehub.lib.errors import ImageNotFound
from imagehub.lib.transactions import write


def optimise(pk: int) -> None:
    """Make sure that an image was tried to be stored in fewer bytes; one that is gone or done needs nothing.

    Readers find the former object or the new one, each with its own size and digest; no pixel differs.
    """
    rows = Generated.objects.filter(pk=pk, optimised_at__isnull=True).select_related("owner", "image")
    generated = next(iter(rows[:1]), None)
    if generated is None:
        return
    try:
        _replace(generated)
    except ImageNotFound:  # of an object that is lost the doctor tells; a row that went needs nothing
        _done(generated)


def _replace(generated: Generated) -> None:
    present = _clean(generated.image)
    clean = optimising.smaller(present)
    if clean is present:
        _done(generated)
        return
    with keeping.stored(clean, generated.owner) as stored:
        _switch(generated, stored)


@write
def _switch(generated: Generated, stored: Stored) -> None:
    optimising.switch(generated.image, stored)
    _done(generated)


def _done(generated: Generated) -> None:
    Generated.objects.filter(pk=generated.pk).update(optimised_at=timezone.now())


def _clean(image: Image) -> Clean:
    data = storage.read(image.key)
    return Clean(data, Format.PNG, image.width, image.height, image.colour, image.digest, image.likeness)
