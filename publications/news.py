"""What is told about publications: to their owner, on all devices, in the transaction that makes it true."""

from django.utils import timezone

from imagehub.events import audience, outbox
from imagehub.events.catalog import Kind
from publications import listing
from publications.models import Publication


def tell(kind: Kind, publication: Publication, **facts: object) -> None:
    """Tell what happened, with the publication as it is now."""
    data = {"publicationId": publication.public_id, "publication": listing.card(publication), **facts}
    outbox.record(kind, audience=audience.user(publication.owner), data=data)


def tell_change(kind: Kind, publication: Publication, **facts: object) -> None:
    """Note that a publication has changed, and tell how."""
    publication.updated_at = timezone.now()
    publication.save(update_fields=["updated_at"])
    tell(kind, publication, **facts)
