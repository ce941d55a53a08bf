"""Which images a library does not show; see `imagehub.images.sight`."""

from django.db.models import Q

BINNED = Q(entry__binned_at__isnull=False)
UNSEEN = BINNED | Q(entry__terms="")
