"""What people write on the pages of publications."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from imagehub.api.forms import ServiceForm
from imagehub.images.imports import LONGEST_ADDRESS
from publications.models import LONGEST_ALT_TEXT, LONGEST_DESCRIPTION, LONGEST_TITLE, Publication
from publications.services import publications
from publications.services.publications import Changes, Draft


class Paragraphs(forms.CharField):
    """Several lines; a line's end counts as one character, as it does where they are typed."""

    widget = forms.Textarea

    def to_python(self, value: object) -> str:
        """Return the text with the ends of lines that we keep."""
        return cast("str", super().to_python(value)).replace("\r\n", "\n")


class DetailsForm(ServiceForm):
    """What a publication says of itself."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    description = Paragraphs(label=_("Description"), max_length=LONGEST_DESCRIPTION, required=False)

    def create(self, owner: User) -> Publication | None:
        """Make a publication; None when something about it is refused."""
        draft = Draft(self.cleaned_data["title"], self.cleaned_data["description"])
        return self.judged(lambda: publications.create(draft, owner=owner, by=owner))

    def change(self, publication: Publication, by: User) -> Publication | None:
        """Change a publication; None when something in it is refused."""
        said = Changes(title=self.cleaned_data["title"], description=self.cleaned_data["description"])
        return self.judged(lambda: publications.change(publication.public_id, said, by=by))


class PhotoForm(forms.Form):
    """One of the photos that are there."""

    image = forms.CharField(max_length=64)


class WordsForm(PhotoForm):
    """What is to be seen in it."""

    alt_text = Paragraphs(max_length=LONGEST_ALT_TEXT, required=False)


class WebForm(forms.Form):
    """A photo that lies somewhere on the web."""

    url = forms.CharField(max_length=LONGEST_ADDRESS)
