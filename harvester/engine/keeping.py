"""From bytes to a file in the storage; it waits for decoders and disks, so it runs beside the loop."""

import hashlib
from dataclasses import dataclass

from harvester import naming
from harvester.judging import Validation, judged
from harvester.work import Errand, File, Kept
from imagehub.images import storage
from imagehub.images.storage import ObjectMissing
from imagehub.lib.digests import sha256


@dataclass(frozen=True, slots=True)
class Found:
    """What an address gave."""

    file: File | None  # None: the bytes that are there already
    change: str = ""


def keep(errand: Errand, body: bytes, declared: str, validation: Validation) -> Found:
    """Make sure that a picture lies in the storage as it was fetched; Unfit when it is none."""
    facts = judged(body, declared, validation)
    digest, kept = sha256(body), errand.kept
    if kept is not None and kept.sha256 == digest and storage.exists(kept.key):
        return Found(None)
    name = naming.filename(errand.number, facts.format.extension)
    key = naming.original(errand.parcel.home, name)
    moved = _moved(kept, errand) if kept is not None and kept.key == key else {}
    storage.replace(key, body)
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    file = File(key, facts.format.content_type, facts.width, facts.height, len(body), md5, digest, moved)
    return Found(file, "changed" if kept is not None else "added")


def _moved(kept: Kept, errand: Errand) -> dict[int, str]:
    """Give a copy of their own to the other addresses that share a file about to be replaced."""
    if not kept.shared_with:
        return {}
    try:
        former = storage.read(kept.key)
    except ObjectMissing:
        return {}
    ending = kept.key.rpartition(".")[2]
    places = {row: naming.filename(number, ending) for row, number in kept.shared_with}
    moved = {row: naming.original(errand.parcel.home, name) for row, name in places.items()}
    for key in moved.values():
        storage.replace(key, former)
    return moved
