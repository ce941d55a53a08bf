"""What is done to several pictures at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from imagehub.api.doors import pressed
from imagehub.api.forms import ImagesForm
from imagehub.library import services
from imagehub.library.forms import SoFarForm
from imagehub.library.models import Entry
from imagehub.library.policies import Asking
from imagehub.library.services.binning import OWN
from imagehub.library.views.doors import signed_in


@dataclass(frozen=True)
class Done:
    """What was done, to which pictures, and how many that were; likewise how many were left as they are.

    Numbers and sentence are about the whole wish, of which this may be a later part.
    """

    sentence: str
    images: list[str]
    count: int
    rest: int = 0


def carried_out(request: HttpRequest) -> Done:
    """Do to the chosen pictures what the pressed button says."""
    return pressed(request, _ACTS)(request)


def _bin(request: HttpRequest) -> Done:
    """Bin what belongs to the library alone; only where that is nothing is the whole wish refused."""
    chosen, by = ImagesForm(request.POST).chosen(), signed_in(request)
    done, left = SoFarForm(request.POST).told()
    own, elsewhere = _apart(chosen, by)
    binned = _ids(services.bin(own or chosen, by=by))
    count, rest = done + len(binned), left + elsewhere
    said = [_binned(count)] + ([_left(rest)] if rest else [])
    return Done(" ".join(said), binned, count, rest)


def _restore(request: HttpRequest) -> Done:
    restored = _ids(services.restore(ImagesForm(request.POST).chosen(), by=signed_in(request)))
    count = SoFarForm(request.POST).told()[0] + len(restored)
    said = ngettext("%(count)d picture is back.", "%(count)d pictures are back.", count)
    return Done(said % {"count": count}, restored, count)


def _remove(request: HttpRequest) -> Done:
    """Remove what lies in the bin, which a page that is old shows though it was restored meanwhile."""
    return _removed(request, services.remove_binned(ImagesForm(request.POST).chosen(), by=signed_in(request)))


def _empty(request: HttpRequest) -> Done:
    """Remove what lies in the bin, as much as goes at once, and nothing that is restored meanwhile."""
    return _removed(request, services.empty(signed_in(request), timezone.now()))


def _removed(request: HttpRequest, removed: int) -> Done:
    count = SoFarForm(request.POST).told()[0] + removed
    said = ngettext("%(count)d picture is deleted for good.", "%(count)d pictures are deleted for good.", count)
    return Done(said % {"count": count}, [], count)


def _apart(chosen: list[str], by: Asking) -> tuple[list[str], int]:
    """Return those that belong to the library alone, and how many belong elsewhere; the rest is not there."""
    rows = Entry.objects.filter(owner_id=by.pk, image__public_id__in=chosen)
    sources = dict(rows.values_list("image__public_id", "image__source"))
    own = [one for one in chosen if sources.get(one) in OWN]
    return own, len(sources) - len(own)


def _ids(entries: Sequence[Entry]) -> list[str]:
    return [entry.image.public_id for entry in entries if entry.image]


def _binned(count: int) -> str:
    return ngettext("%(count)d picture is in the bin.", "%(count)d pictures are in the bin.", count) % {"count": count}


def _left(count: int) -> str:
    said = ngettext("%(count)d is used elsewhere and stays.", "%(count)d are used elsewhere and stay.", count)
    return said % {"count": count}


_ACTS: dict[str, Callable[[HttpRequest], Done]] = {
    "bin": _bin,
    "restore": _restore,
    "remove": _remove,
    "empty": _empty,
}
