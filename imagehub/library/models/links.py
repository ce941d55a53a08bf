"""Links to albums and to chosen images, for people without an account."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from imagehub.images.sharing.links import LONGEST_NAME, Link, LinkQuerySet
from imagehub.library.models.albums import Album, Placed


class Allowed(models.TextChoices):
    """What who opens a link may do."""

    VIEW = "view", _("Look at them")
    DOWNLOAD = "download", _("Look at them and download them")


class LibraryLinkQuerySet(LinkQuerySet["ShareLink"]):
    """Questions about links out of libraries."""

    def open(self) -> LinkQuerySet["ShareLink"]:
        """Those that lead somewhere."""
        return self.lasting().filter(owner__is_active=True)


class ShareLink(Link):
    """A way to an album as it is then, or to images that were chosen once."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="share_links")
    album = models.ForeignKey(Album, on_delete=models.CASCADE, null=True, related_name="links")
    name = models.CharField(max_length=LONGEST_NAME, blank=True)  # of what was chosen; an album has its own
    allowed = models.CharField(max_length=8, choices=Allowed, default=Allowed.VIEW)
    downloaded_count = models.PositiveIntegerField(default=0)

    objects = LibraryLinkQuerySet.as_manager()

    class Meta(Link.Meta):
        verbose_name = _("link out of a library")
        verbose_name_plural = _("links out of libraries")

    @property
    def allows_download(self) -> bool:
        """Whether who opens it may take files away."""
        return self.allowed == Allowed.DOWNLOAD


class LinkItem(Placed):
    """An image that was chosen for a link."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "entry"], name="one_link_item_per_entry")]
        indexes = [models.Index(fields=["link", "position"], name="link_item_by_place")]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.entry_id}"
