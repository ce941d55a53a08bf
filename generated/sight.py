"""Which images are not among those of their owner; see `imagehub.images.sight`."""

from django.db.models import Q

from generated.models import Status

BINNED = UNSEEN = Q(generated__status=Status.DELETED)
