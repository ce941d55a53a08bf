"""What a library can be narrowed by, and how much of it there is of each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from accounts.models import User
from generated import origins, terms
from generated.models import Generated, Status
from generated.wishes import Wish
from imagehub.api import shelves

MOST_ROWS = 1000  # of the shelf that are read for numbers beside models and sizes; with more these are left out
_MOST_OFFERED = 60  # values to choose from
_LIVE = [one for one in Status if one is not Status.DELETED]


@dataclass(frozen=True)
class Choice:
    """A value to choose, and how many images have it where that is known."""

    value: str
    text: str
    term: str
    count: int | None = None


@dataclass(frozen=True)
class Facets:
    """What there is to choose from, as far as the library differs in it."""

    statuses: list[Choice]
    models: list[Choice]
    sizes: list[Choice]
    sources: list[Choice]


def of(owner: User, wish: Wish) -> Facets:
    """Return what there is to choose from, in the library or in its bin; its cost hardly grows with either."""
    shelf = terms.shelf_of(owner.pk)
    kinds = {prefix: shelves.kinds(shelf, prefix, _MOST_OFFERED) for prefix in (terms.MODEL, terms.SIZE, terms.SOURCE)}
    few = Facets(_statuses(wish), [], [], _sources(kinds[terms.SOURCE]))
    whole = replace(few, models=_models(owner, kinds[terms.MODEL]), sizes=_sizes(kinds[terms.SIZE]))
    ranges = max((number for each in kinds.values() for number in each.values()), default=0) // shelves.SPAN + 1
    is_cheap = ranges * len(_terms(whole)) <= MOST_ROWS
    within = terms.BINNED if wish.is_bin else terms.LIVE
    counts = shelves.totals(shelf, _terms(whole if is_cheap else few), within=within)
    return Facets(
        statuses=_counted(whole.statuses, counts, wish.status),
        models=_counted(whole.models, counts, wish.model),
        sizes=_counted(whole.sizes, counts, wish.size),
        sources=_counted(whole.sources, counts, wish.source),
    )


def size_said(size: str) -> str:
    """Return `1024x768` as people write it."""
    return size.replace("x", " \u00d7 ")


def _terms(facets: Facets) -> list[str]:
    choices = [*facets.statuses, *facets.models, *facets.sizes, *facets.sources]
    return [choice.term for choice in choices]


def _counted(choices: Iterable[Choice], counts: dict[str, int], chosen: str) -> list[Choice]:
    """Return the choices with their numbers; of what there is none only what was chosen."""
    known = [replace(one, count=counts.get(one.term)) for one in choices]
    return [one for one in known if one.count != 0 or one.value == chosen]


def _statuses(wish: Wish) -> list[Choice]:
    return [] if wish.is_bin else [Choice(one, str(one.label), f"status:{one}") for one in _LIVE]


def _models(owner: User, kinds: dict[str, int]) -> list[Choice]:
    """Return the names of models, which the shelf knows by their digests only, from an image of each."""
    rows = Generated.objects.of(owner).filter(number__in=list(kinds.values()))
    names = set(rows.values_list("model", flat=True)) - {""}
    return [Choice(name, name, terms.of_model(name)) for name in sorted(names, key=str.casefold)]


def _sizes(kinds: Iterable[str]) -> list[Choice]:
    sizes = [term.removeprefix(terms.SIZE) for term in kinds]
    return [Choice(size, size_said(size), terms.of_size(size)) for size in sorted(sizes, key=_area)]


def _sources(kinds: Iterable[str]) -> list[Choice]:
    found = [term.removeprefix(terms.SOURCE) for term in kinds]
    return [Choice(one, str(origins.words(one)), terms.of_source(one)) for one in found if one]


def _area(size: str) -> tuple[int, str]:
    width, height = map(int, size.split("x"))
    return width * height, size
