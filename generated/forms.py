"""What people choose and send on the pages of generated images."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from generated.listing import Sort
from generated.models import LONGEST_MODEL, LONGEST_PROMPT, Status
from imagehub.images.pipeline.marks import SourceType
from imagehub.images.pipeline.recipes import Policy
from imagehub.lib import ids
from imagehub.lib.errors import Invalid

MOST = 300  # images that are handled at once


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


class IdsField(forms.Field):
    """Public ids, each once, in their order."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        """Return them."""
        chosen = list(dict.fromkeys(one for one in value or () if ids.is_public_id(one)))
        if not chosen:
            raise forms.ValidationError(_("Choose at least one image."))
        if len(chosen) > MOST:
            raise forms.ValidationError(_("Choose at most %(most)d images."), params={"most": MOST})
        return chosen


class ImagesForm(forms.Form):
    """Images that were chosen."""

    images = IdsField()

    def chosen(self) -> list[str]:
        """Return their ids, or Invalid."""
        if not self.is_valid():
            raise Invalid(details=self.errors)
        return cast("list[str]", self.cleaned_data["images"])


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
