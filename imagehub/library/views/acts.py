"""What is done to several pictures at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import ngettext

from imagehub.api.forms import MOST, ImagesForm
from imagehub.lib.errors import Invalid
from imagehub.library import services
from imagehub.library.models import Entry
from imagehub.library.policies import Asking
from imagehub.library.services.binning import OWN
from imagehub.library.views.doors import signed_in


@dataclass(frozen=True)
class Done:
    """What was done, to which pictures, and how many were left as they are."""

    sentence: str
    images: list[str]
    rest: int = 0


def carried_out(request: HttpRequest) -> Done:
    """Do to the chosen pictures what the pressed button says."""
    act = _ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise Invalid
    return act(request)


def _bin(request: HttpRequest) -> Done:
    """Bin what belongs to the library alone; only where that is nothing is the whole wish refused."""
    chosen, by = ImagesForm(request.POST).chosen(), signed_in(request)
    own = _own(chosen, by)
    binned = _ids(services.bin(own or chosen, by=by))
    rest = len(chosen) - len(own)
    said = [_binned(len(binned))] + ([_left(rest)] if rest else [])
    return Done(" ".join(said), binned, rest)


def _restore(request: HttpRequest) -> Done:
    restored = _ids(services.restore(ImagesForm(request.POST).chosen(), by=signed_in(request)))
    count = len(restored)
    said = ngettext("%(count)d picture is back.", "%(count)d pictures are back.", count)
    return Done(said % {"count": count}, restored)


def _remove(request: HttpRequest) -> Done:
    return _removed(ImagesForm(request.POST).chosen(), signed_in(request))


def _empty(request: HttpRequest) -> Done:
    """Remove what lies longest in the bin, as much as goes at once."""
    by = signed_in(request)
    binned = Entry.objects.of(by).filter(binned_at__isnull=False, image__isnull=False).order_by("binned_at")
    return _removed(list(binned.values_list("image__public_id", flat=True)[:MOST]), by)


def _removed(chosen: list[str], by: Asking) -> Done:
    services.remove(chosen, by=by)
    count = len(chosen)
    said = ngettext("%(count)d picture is deleted for good.", "%(count)d pictures are deleted for good.", count)
    return Done(said % {"count": count}, chosen)


def _own(chosen: list[str], by: Asking) -> list[str]:
    rows = Entry.objects.filter(owner_id=by.pk, image__public_id__in=chosen, image__source__in=OWN)
    return list(rows.values_list("image__public_id", flat=True))


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
