"""What staff does about a publication: keep it from everybody but its owner, say why, and show it again."""

from typing import TYPE_CHECKING

from celery import current_app
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.policies import require_staff
from imagehub.events.catalog import Kind
from imagehub.images import services as images
from imagehub.images.models import Image
from imagehub.lib import origin
from imagehub.lib.transactions import after_commit, write
from publications import finding, news, tallies, words
from publications.models import LONGEST_REASON, Publication

if TYPE_CHECKING:
    from django.db.models import QuerySet


@write
def hide(public_id: str, reason: str, *, by: Actor) -> Publication:
    """Leave a publication to its owner and staff, photos included, and tell the owner why; for staff only.

    Hiding what is hidden for the same reason changes nothing; another reason replaces the first and is told.
    """
    require_staff(by)
    reason = words.needed(reason, field="reason", longest=LONGEST_REASON, otherwise=_("Give a reason."))
    publication = finding.locked(public_id, by=by)
    if publication.is_hidden and publication.hidden_reason == reason:
        return publication
    if not publication.is_hidden:
        tallies.hidden(publication)
        images.withdraw(_images_of(publication))
        publication.hidden_at = timezone.now()
    _settle(publication, reason)
    after_commit(current_app.send_task, "publications.tasks.tell", [publication.pk, origin.current()], retry=False)
    return publication


@write
def show(public_id: str, *, by: Actor) -> Publication:
    """Let everybody see a publication again; for staff only. What is shown already stays as it is."""
    require_staff(by)
    publication = finding.locked(public_id, by=by)
    if publication.is_hidden:
        tallies.shown(publication)
        images.publish(_images_of(publication))
        publication.hidden_at = None
        _settle(publication, "")
    return publication


def _images_of(publication: Publication) -> "QuerySet[Image]":
    return Image.objects.filter(photo__publication=publication)


def _settle(publication: Publication, reason: str) -> None:
    publication.hidden_reason = reason
    publication.told_at = None
    publication.save(update_fields=["hidden_at", "hidden_reason", "told_at"])
    news.tell(Kind.PUBLICATION_UPDATED, publication, isHidden=publication.is_hidden, reason=reason)
