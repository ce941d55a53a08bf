"""What people write on the pages of boards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from generated.models import LONGEST_NAME, Board, ShareLink
from generated.services import boards, sharing
from imagehub.api.forms import ImagesForm, ServiceForm
from imagehub.images.sharing.forms import TermsForm


class NameForm(ServiceForm):
    """What a board is called."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)

    def create(self, owner: User) -> Board | None:
        """Make a board; None when something about it is refused."""
        return self.judged(lambda: boards.create(self.cleaned_data["name"], owner=owner, by=owner))

    def rename(self, board: Board, by: User) -> Board | None:
        """Call a board something else; None when that is refused."""
        return self.judged(lambda: boards.rename(board.public_id, self.cleaned_data["name"], by=by))


class PinsForm(ImagesForm, ServiceForm):
    """Images that are to hang on a board."""

    def pin(self, board: Board, by: User) -> Board | None:
        """Hang them; None when there is no room."""
        return self.judged(lambda: boards.pin(board.public_id, self.chosen(), by=by))


class PinForm(forms.Form):
    """One of the images that hang there."""

    image = forms.CharField(max_length=64)


class LinkForm(forms.Form):
    """One of the links."""

    link = forms.CharField(max_length=64)


class ShareForm(TermsForm):
    """A new link to a board."""

    def share(self, board: Board, by: User) -> tuple[ShareLink, str] | None:
        """Make the link; None when something about it is refused."""
        return self.judged(lambda: sharing.share(board.public_id, self.terms(), by=by))
