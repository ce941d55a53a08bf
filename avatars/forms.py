"""The forms of "My pictures" as a browser without script sends them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from avatars import uploads


class UploadForm(forms.Form):
    """One new picture."""

    file = forms.FileField(label=_("Picture"), max_length=None, allow_empty_file=True)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["file"].widget.attrs["accept"] = ",".join(sorted(kind.content_type for kind in uploads.FORMATS))


class ChoiceForm(forms.Form):
    """One of the pictures that are there, named twice as the API does."""

    picture = forms.CharField(max_length=64)
    file_name = forms.CharField(max_length=200)
