"""What the tallies say altogether: how many rows a shelf takes depends on the keys that tests before have used up."""

from django.db.models import Sum

from publications.models import Tally


def counted() -> set[tuple[int, int]]:
    """Return how many are shown and hidden, once where all shelves say the same."""
    shelves = Tally.objects.values("shelf").annotate(all_shown=Sum("shown"), all_hidden=Sum("hidden"))
    return {(shelf["all_shown"], shelf["all_hidden"]) for shelf in shelves}
