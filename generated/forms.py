"""What people choose and send on the pages of generated images."""

from typing import Any

from django import forms

from generated.listing import Sort
from generated.models import LONGEST_MODEL, LONGEST_PROMPT, Status
from imagehub.images.pipeline.marks import SourceType
from imagehub.images.pipeline.recipes import Policy


class NarrowingForm(forms.Form):
    """What narrows a library, from its address; each value that can't be meant is left out."""

    q = forms.CharField(required=False, max_length=200)
    status = forms.ChoiceField(required=False, choices=Status.choices)
    model = forms.CharField(required=False, max_length=LONGEST_MODEL)
    size = forms.RegexField(r"^[1-9]\d{0,5}x[1-9]\d{0,5}\Z", required=False)
    source = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in SourceType])
    since = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    until = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    sort = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Sort])
    page = forms.IntegerField(required=False, min_value=1, max_value=10**6)

    def meant(self) -> dict[str, Any]:
        """Return what was said and can be meant."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class LeavingForm(forms.Form):
    """What goes along with a file that leaves; with the owner goes everything unless they say otherwise."""

    policy = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Policy])

    def clean_policy(self) -> Policy:
        """Return what is to happen."""
        return Policy(self.cleaned_data["policy"] or Policy.KEEP)


class ImportForm(forms.Form):
    """A picture that another tool made, and a prompt in case it tells none."""

    file = forms.FileField()
    prompt = forms.CharField(required=False, max_length=4 * LONGEST_PROMPT)
