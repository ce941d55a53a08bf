"""Forms whose values are judged elsewhere."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from imagehub.lib import ids
from imagehub.lib.errors import Conflict, Invalid

T = TypeVar("T")

MOST = 300  # images that are handled at once


class ServiceForm(forms.Form):
    """A form whose values a service judges; what it refuses stands at the field it is about."""

    def judged(self, use_case: Callable[[], T]) -> T | None:
        """Return what the use case returns, or None with every refusal among the form's errors."""
        if not self.is_valid():
            return None
        try:
            return use_case()
        except Invalid as refusal:
            for field, sentences in (refusal.details or {}).items():
                self.add_error(field if field in self.fields else None, cast("list[str]", sentences))
        except Conflict as refusal:
            self.add_error(None, str(refusal.message))
        return None


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
