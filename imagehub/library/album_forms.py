"""What people write on the pages of albums and links."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from imagehub.api.forms import ImagesForm, ServiceForm
from imagehub.images.pipeline.recipes import Policy
from imagehub.images.sharing.forms import LOOKS, TermsForm
from imagehub.library.models import LONGEST_NAME, Album, Allowed, ShareLink
from imagehub.library.policies import Asking
from imagehub.library.services import albums, sharing
from imagehub.library.services.sharing import Wish

if TYPE_CHECKING:
    from django.db.models import Model  # a name only: whose album

Made = tuple[ShareLink, str]


class NameForm(ServiceForm):
    """What an album is called."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)

    def create(self, owner: "Model") -> Album | None:
        """Make an album; None when something about it is refused."""
        return self.judged(lambda: albums.create(self.cleaned_data["name"], owner=owner))

    def rename(self, album: Album, by: Asking) -> Album | None:
        """Call an album something else; None when that is refused."""
        return self.judged(lambda: albums.change(album.public_id, {"name": self.cleaned_data["name"]}, by=by))


class AdditionForm(ImagesForm, ServiceForm):
    """Pictures that are to be in an album."""

    def add(self, album: Album, by: Asking) -> Album | None:
        """Put them in; None when there is no room."""
        return self.judged(lambda: albums.add(album.public_id, self.chosen(), by=by))


class ItemForm(forms.Form):
    """One of the pictures in it."""

    image = forms.CharField(max_length=64)


class LinkForm(forms.Form):
    """One of the links."""

    link = forms.CharField(max_length=64)


class ShareForm(TermsForm):
    """A new link to an album."""

    allowed = forms.ChoiceField(
        label=_("Whoever opens it may"),
        choices=Allowed.choices,
        initial=Allowed.VIEW.value,
        widget=forms.Select(attrs=LOOKS),
    )
    policy = forms.ChoiceField(
        label=_("Titles and prompts"),
        choices=[
            (Policy.DROP.value, _("Keep them to yourself")),
            (Policy.KEEP.value, _("Show them, also in downloads")),
        ],
        initial=Policy.DROP.value,
        widget=forms.Select(attrs=LOOKS),
    )

    def wish(self) -> Wish:
        """Return what was agreed."""
        said = self.cleaned_data
        return Wish(self.terms(), Allowed(said["allowed"]), said.get("name", ""))

    def share(self, album: Album, by: Asking) -> Made | None:
        """Make the link; None when something about it is refused."""
        return self.judged(lambda: sharing.share_album(album.public_id, self.wish(), by=by))


class ChosenForm(ShareForm):
    """A new link to pictures that were chosen."""

    name = forms.CharField(label=_("Title"), max_length=LONGEST_NAME, required=False)

    def share_images(self, chosen: Sequence[str], owner: "Model") -> Made | None:
        """Make the link; None when something about it is refused."""
        return self.judged(lambda: sharing.share_images(chosen, self.wish(), owner=owner))
