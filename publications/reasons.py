"""The form in which staff gives a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from publications.models import LONGEST_REASON


class ReasonForm(forms.Form):
    """Why a publication is hidden; its owner reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"class": "vTextField"}),  # as wide as the admin's own
    )
