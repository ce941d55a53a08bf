"""What people write on the pages about links out of a library."""

from django import forms
from django.utils.translation import gettext_lazy as _

from imagehub.images.sharing.forms import LOOKS, TermsForm, policy_field
from imagehub.library.models import LONGEST_NAME, Allowed
from imagehub.library.services.sharing import Wish


class ShareForm(TermsForm):
    """A new link to an album."""

    allowed = forms.ChoiceField(
        label=_("Whoever opens it may"),
        choices=Allowed.choices,
        initial=Allowed.VIEW.value,
        widget=forms.Select(attrs=LOOKS),
    )
    policy = policy_field(_("Titles and prompts"))

    def wish(self) -> Wish:
        """Return what was agreed."""
        said = self.cleaned_data
        return Wish(self.terms(), Allowed(said["allowed"]), said.get("name", ""))


class ChosenForm(ShareForm):
    """A new link to pictures that were chosen."""

    name = forms.CharField(label=_("Title"), max_length=LONGEST_NAME, required=False)
