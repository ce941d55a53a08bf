"""What people write on the pages of boards."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import ServiceForm
from accounts.models import User
from generated.forms import ImagesForm
from generated.models import LONGEST_NAME, LONGEST_RECIPIENT, Board, ShareLink
from generated.services import boards, sharing
from imagehub.images.pipeline.recipes import Policy

_LOOKS = {"class": "input"}


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


class ShareForm(ServiceForm):
    """A new link to a board."""

    recipient = forms.CharField(label=_("For whom"), max_length=LONGEST_RECIPIENT, required=False)
    days = forms.TypedChoiceField(
        label=_("Good for"),
        choices=[(1, _("1 day")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("1 year"))],
        coerce=int,
        initial=30,
        widget=forms.Select(attrs=_LOOKS),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=sharing.LONGEST_PASSWORD,
        required=False,
        strip=False,
        widget=forms.PasswordInput,
    )
    policy = forms.ChoiceField(
        label=_("Prompts and parameters"),
        choices=[
            (Policy.DROP.value, _("Keep them to yourself")),
            (Policy.KEEP.value, _("Show them, also in downloads")),
        ],
        initial=Policy.DROP.value,
        widget=forms.Select(attrs=_LOOKS),
    )

    def expiry(self) -> datetime:
        """Return when the link ends."""
        return timezone.now() + timedelta(days=self.cleaned_data["days"])

    def share(self, board: Board, by: User) -> tuple[ShareLink, str] | None:
        """Make the link; None when something about it is refused."""
        said = self.cleaned_data
        terms = sharing.Terms(said["recipient"], self.expiry(), said["password"], Policy(said["policy"]))
        return self.judged(lambda: sharing.share(board.public_id, terms, by=by))
