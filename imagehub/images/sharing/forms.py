"""What people agree on the pages about a link."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imagehub.api.forms import ImagesForm, ServiceForm
from imagehub.images.pipeline.recipes import Policy
from imagehub.images.sharing.links import LONGEST_NAME, LONGEST_RECIPIENT
from imagehub.images.sharing.terms import LONGEST_PASSWORD, Terms

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise  # a name for the type checker only

LOOKS = {"class": "input"}


def policy_field(label: "StrPromise") -> forms.ChoiceField:
    """Return the question whether a link gives something away."""
    return forms.ChoiceField(
        label=label,
        choices=[
            (Policy.DROP.value, _("Keep them to yourself")),
            (Policy.KEEP.value, _("Show them, also in downloads")),
        ],
        initial=Policy.DROP.value,
        widget=forms.Select(attrs=LOOKS),
    )


class NameForm(ServiceForm):
    """What a collection of pictures is called."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)


class AdditionForm(ImagesForm, ServiceForm):
    """Pictures that are to be in a collection."""


class ItemForm(forms.Form):
    """One of the pictures in it."""

    image = forms.CharField(max_length=64)


class LinkForm(forms.Form):
    """One of the links to it."""

    link = forms.CharField(max_length=64)


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
    policy = policy_field(_("Prompts and parameters"))

    def terms(self) -> Terms:
        """Return what was agreed."""
        said = self.cleaned_data
        end = timezone.now() + timedelta(days=said["days"])
        return Terms(said["recipient"], end, said["password"], Policy(said["policy"]))
