"""Publications and their photos."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.policies import may_act_for_all
from imagehub.images.models import Image
from imagehub.lib import ids
from imagehub.lib.fields import ExactCharField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.actors import Actor

LONGEST_TITLE = 200  # characters
LONGEST_DESCRIPTION = 5000
LONGEST_ALT_TEXT = 1000
LONGEST_REASON = 500
MOST_PHOTOS = 8  # of any publication, whatever the plan


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Questions about publications."""

    def visible_to(self, actor: "Actor | AnonymousUser") -> "PublicationQuerySet":
        """Those that `actor` may look at: all for staff and services, else what is shown and one's own."""
        if may_act_for_all(actor):
            return self.all()
        return self.filter(Q(hidden_at=None) | Q(owner=actor.pk) if actor.pk else Q(hidden_at=None))

    def of(self, owner: models.Model) -> "PublicationQuerySet":
        """Those of one account, newest first."""
        return self.filter(owner_id=owner.pk).order_by("-id")


class Publication(models.Model):
    """Something that its owner shows with photos; the first photo in order is its cover."""

    public_id = ExactCharField(_("id"), max_length=64, unique=True, default=ids.object_id)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="publications", verbose_name=_("owner")
    )
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    description = models.TextField(_("description"), max_length=LONGEST_DESCRIPTION, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    hidden_at = models.DateTimeField(null=True, blank=True)  # since when only its owner and staff see it
    hidden_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when its owner was told by mail that it is hidden

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        indexes = [
            models.Index(fields=["owner", "-id"], name="publication_by_owner"),
            models.Index(fields=["hidden_at", "-id"], name="publication_by_standing"),
            models.Index(fields=["owner", "hidden_at", "-id"], name="publication_by_both"),
            models.Index(fields=["told_at", "hidden_at"], name="publication_by_telling"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def is_hidden(self) -> bool:
        """Whether staff has hidden it from everybody but its owner."""
        return self.hidden_at is not None


class Photo(models.Model):
    """An image of a publication.

    Behind the lock on the publication stand the constraints: each photo holds one of the `allowance` slots
    that its owner's plan gave when it came, a place in the order of its own, and a content of its own.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="photos")
    image = models.OneToOneField(Image, on_delete=models.PROTECT, related_name="photo")
    content = models.CharField(max_length=64)  # SHA-256 of the decoded pixels, hexadecimal
    slot = models.PositiveSmallIntegerField()
    allowance = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    alt_text = models.CharField(_("alt text"), max_length=LONGEST_ALT_TEXT, blank=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now)
    compared_at = models.DateTimeField(null=True, blank=True)  # when it was looked for among others' photos

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.UniqueConstraint(fields=["publication", "content"], name="one_photo_per_content"),
            models.UniqueConstraint(fields=["publication", "slot"], name="one_photo_per_slot"),
            models.UniqueConstraint(fields=["publication", "position"], name="one_photo_per_position"),
            models.CheckConstraint(condition=Q(slot__lt=F("allowance")), name="slot_within_allowance"),
            models.CheckConstraint(condition=Q(allowance__lte=MOST_PHOTOS), name="allowance_within_reason"),
        ]
        indexes = [models.Index(fields=["compared_at", "id"], name="photo_by_comparison")]

    def __str__(self) -> str:
        return f"{self.publication_id}/{self.position}"


class Tally(models.Model):
    """How many publications of a shelf have a key in one range, so that no page has to count from the start.

    Shelf 0 holds everybody's, shelf n those of the account with primary key n.
    """

    shelf = models.BigIntegerField()
    bucket = models.PositiveBigIntegerField()  # primary key // size of a range
    shown = models.PositiveIntegerField(default=0)
    hidden = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shelf", "bucket"], name="one_tally_per_range")]

    def __str__(self) -> str:
        return f"{self.shelf}/{self.bucket}: {self.shown} + {self.hidden}"


class Verdict(models.TextChoices):
    """What staff says of two photos that look alike."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class ResemblanceQuerySet(models.QuerySet["Resemblance"]):
    """Questions about photos that look alike."""

    def judged(self, verdict: Verdict) -> "ResemblanceQuerySet":
        """Pairs of which staff says this, the newest first."""
        return self.filter(verdict=verdict).order_by("-id")

    def with_both_sides(self) -> "ResemblanceQuerySet":
        """Pairs with all that stands beside the two pictures."""
        parts = ("image", "publication__owner")
        return self.select_related(
            *(f"{side}__{part}" for side in ("earlier", "later") for part in parts), "decided_by"
        )


class Resemblance(models.Model):
    """Two photos of different owners that look alike, for staff to judge."""

    earlier = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="later_resemblances")
    later = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="earlier_resemblances")
    distance = models.PositiveSmallIntegerField()  # bits that differ
    is_mirrored = models.BooleanField(default=False)
    verdict = models.CharField(max_length=16, choices=Verdict, default=Verdict.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ResemblanceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["earlier", "later"], name="one_resemblance_per_pair")]
        indexes = [models.Index(fields=["verdict", "-id"], name="resemblance_by_verdict")]

    def __str__(self) -> str:
        return f"{self.later_id} ~ {self.earlier_id} ({self.distance})"
