"""The mail to the owner of a publication that staff has hidden."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from imagehub.lib import origin
from publications.models import Publication

SOON = timedelta(minutes=2)  # by then the task that was woken at once has done it
LATEST = timedelta(days=3)  # after that an address that takes no mail is left alone
MOST = 100  # mails of one round


def tell(publication_id: int, seen_as: str = "") -> None:
    """Mail the owner why a publication is hidden, unless that was done or it is shown again.

    It is marked as told once the mail is handed over: a crash between the two repeats the mail, none gets lost.
    """
    untold = Publication.objects.filter(pk=publication_id, hidden_at__isnull=False, told_at=None)
    publication = untold.select_related("owner").first()
    if publication is None:
        return
    if publication.owner.email:
        with translation.override(settings.LANGUAGE_CODE), origin.seen_as(seen_as):
            _send(publication, publication.owner.email)
    untold.filter(hidden_reason=publication.hidden_reason).update(told_at=timezone.now())


def waiting() -> list[int]:
    """Return the hidden publications whose owners should have been told by now, the longest waiting first."""
    now = timezone.now()
    untold = Publication.objects.filter(told_at=None, hidden_at__range=(now - LATEST, now - SOON))
    return list(untold.order_by("hidden_at").values_list("pk", flat=True)[:MOST])


def _send(publication: Publication, address: str) -> None:
    edit = reverse("publications:edit", args=[publication.public_id])
    # Without PUBLIC_URL and outside of a request nobody knows under which name the site is seen.
    facts = {"publication": publication, "address": origin.absolute(edit) if origin.current() else ""}
    subject = render_to_string("publications/email/hidden_subject.txt", facts)
    message = render_to_string("publications/email/hidden_message.txt", facts)
    send_mail(" ".join(subject.split()), message, None, [address])
