"""What people agree on the pages about a link."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.api.forms import ServiceForm
from imagehub.images.pipeline.recipes import Policy
from imagehub.images.sharing.links import LONGEST_RECIPIENT
from imagehub.images.sharing.terms import LONGEST_PASSWORD, Terms

LOOKS = {"class": "input"}


class TermsForm(ServiceForm):
    """For whom a link is, how long it leads somewhere, and what it gives away."""

    recipient = forms.CharField(label=_("For whom"), max_length=LONGEST_RECIPIENT, required=False)
    days = forms.TypedChoiceField(
        label=_("Good for"),
        choices=[(1, _("1 day")), (7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("1 year"))],
        coerce=int,
        initial=30,
        widget=forms.Select(attrs=LOOKS),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
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
        widget=forms.Select(attrs=LOOKS),
    )

    def terms(self) -> Terms:
        """Return what was agreed."""
        said = self.cleaned_data
        end = timezone.now() + timedelta(days=said["days"])
        return Terms(said["recipient"], end, said["password"], Policy(said["policy"]))
