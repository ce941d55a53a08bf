"""What people choose and send on the pages of the library."""

from typing import Any

from django import forms

from imagehub.images.models import Source
from imagehub.images.pipeline.formats import Format
from imagehub.images.pipeline.marks import Origin
from imagehub.lib import ids
from imagehub.library.terms import Shape
from imagehub.library.tints import Tint

MOST_TILES = 120  # that are told at once
MOST_SHAPES = 1000  # a block and a half of them, and room
MOST_IDS = 5000  # what is chosen at once by keyboard
_LAST = 10**9
_PUBLIC_ID = rf"^{ids.PUBLIC_ID.pattern}\Z"
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])\Z"


class NarrowingForm(forms.Form):
    """What narrows a library, from its address; each value that can't be meant is left out."""

    q = forms.CharField(required=False, max_length=200)
    source = forms.ChoiceField(required=False, choices=Source.choices)
    format = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Format])
    shape = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Shape])
    tint = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Tint])
    origin = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Origin])
    month = forms.RegexField(_MONTH, required=False)
    album = forms.RegexField(_PUBLIC_ID, required=False)
    since = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    until = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    bin = forms.BooleanField(required=False)
    at = forms.RegexField(_PUBLIC_ID, required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=10**7)

    def meant(self) -> dict[str, Any]:
        """Return what was said and can be meant."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class StretchForm(forms.Form):
    """A part of the list."""

    start = forms.IntegerField(min_value=0, max_value=_LAST)
    length = forms.IntegerField(min_value=1, max_value=MOST_IDS)


class SoFarForm(forms.Form):
    """What earlier parts of the same wish came to, where it is sent in parts."""

    done = forms.IntegerField(required=False, min_value=0, max_value=_LAST)
    rest = forms.IntegerField(required=False, min_value=0, max_value=_LAST)

    def told(self) -> tuple[int, int]:
        """Return how many were done, and how many were left; none where nothing sensible is said."""
        self.is_valid()
        return self.cleaned_data.get("done") or 0, self.cleaned_data.get("rest") or 0
