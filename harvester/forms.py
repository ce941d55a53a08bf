"""What staff writes to begin a harvest."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from harvester import naming
from harvester.drafts import FIELDS, Draft
from harvester.models import LONGEST_COLLECTION, LONGEST_DATABASE, Kind, Schedule
from harvester.services import schedules
from harvester.sources.api import LONGEST_ADDRESS
from imagehub.api.forms import ServiceForm

LONGEST_FILTER = 20_000  # characters
LONGEST_FIELDS = 1000
LONGEST_NAME = LONGEST_CRON = 100
MOST_DOCUMENTS = 2**31 - 1
PROCESSORS = [("webp", _("WebP copies")), ("thumbnail", _("Thumbnails")), ("optimized", _("Smaller copies"))]


class Filter(forms.CharField):
    """A condition in the source's own language, as JSON."""

    widget = forms.Textarea

    def clean(self, value: object) -> Any:
        """Return the condition; nothing means every document."""
        text = super().clean(value)
        if not text:
            return {}
        try:
            read = json.loads(text)
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("This is not JSON.")) from None
        if not isinstance(read, dict):
            raise forms.ValidationError(_('Write an object, such as {"city": "Madrid"}.'))
        return read


class _Wish(ServiceForm):
    """What every harvest can be told."""

    fields_named = forms.CharField(
        label=_("Fields with images"), max_length=LONGEST_FIELDS, required=False, empty_value=""
    )
    processors = forms.MultipleChoiceField(label=_("Make besides"), choices=PROCESSORS, required=False)

    def wanted(self) -> dict[str, Any]:
        """Return what a draft takes from these fields."""
        named = [name.strip() for name in self.cleaned_data["fields_named"].split(",") if name.strip()]
        return {"fields": tuple(named) or FIELDS, "processors": tuple(self.cleaned_data["processors"])}

    def draft(self) -> Draft:
        """Return the harvest that is wanted."""
        raise NotImplementedError


class _Placed(_Wish):
    """A harvest of a collection of the database server."""

    database = forms.CharField(label=_("Database"), max_length=LONGEST_DATABASE)
    collection = forms.CharField(label=_("Collection"), max_length=LONGEST_COLLECTION)

    def place(self) -> dict[str, Any]:
        """Return what a draft takes from the place."""
        return {"database": self.cleaned_data["database"], "collection": self.cleaned_data["collection"]}


class CollectionForm(_Placed):
    """Documents of a collection: all, or those that meet a condition."""

    filter_query = Filter(label=_("Condition"), max_length=LONGEST_FILTER, required=False)
    limit = forms.IntegerField(label=_("At most"), min_value=1, max_value=MOST_DOCUMENTS, required=False)

    def draft(self) -> Draft:
        """Return a batch where a condition or bound is given, else a whole collection."""
        condition, limit = self.cleaned_data["filter_query"], self.cleaned_data["limit"]
        kind = Kind.BATCH if condition or limit else Kind.COLLECTION
        return Draft(kind=kind, filter_query=condition, limit=limit, **self.place(), **self.wanted())


class DocumentForm(_Placed):
    """One document."""

    document_id = forms.CharField(label=_("Id of the document"), max_length=naming.LONGEST_ID)

    def draft(self) -> Draft:
        """Return a harvest of one document."""
        chosen = self.cleaned_data["document_id"]
        return Draft(kind=Kind.DOCUMENT, document_id=chosen, **self.place(), **self.wanted())


class _Listed(_Wish):
    """Documents that are read at once and kept under a name of one's own."""

    collection = forms.CharField(label=_("Name of the collection"), max_length=LONGEST_COLLECTION)


class ApiForm(_Listed):
    """Documents that a web address gives as JSON."""

    api_url = forms.CharField(label=_("Address of the API"), max_length=LONGEST_ADDRESS)

    def draft(self) -> Draft:
        """Return a harvest of what the address gives."""
        return _of_api(self.cleaned_data, **self.wanted())


class FileForm(_Listed):
    """Documents in a file."""

    file = forms.FileField(label=_("File"), allow_empty_file=True)

    def draft(self) -> Draft:
        """Return a harvest of what the file holds."""
        collection = self.cleaned_data["collection"]
        return Draft(kind=Kind.SOURCE, database=naming.UPLOADS_DATABASE, collection=collection, **self.wanted())


class _Rhythmic(ServiceForm):
    """A harvest with its rhythm."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    cron = forms.CharField(label=_("Rhythm"), max_length=LONGEST_CRON)

    def draft(self) -> Draft:
        """Return the harvest that is wanted."""
        raise NotImplementedError

    def create(self, by: User) -> Schedule | None:
        """Keep the schedule; None when something about it is refused."""
        said = self.cleaned_data
        return self.judged(lambda: schedules.create(said["name"], said["cron"], self.draft(), by=by))


class RhythmicCollectionForm(_Rhythmic):
    """Documents of a collection, again and again."""

    database = forms.CharField(label=_("Database"), max_length=LONGEST_DATABASE)
    collection = forms.CharField(label=_("Collection"), max_length=LONGEST_COLLECTION)
    filter_query = Filter(label=_("Condition"), max_length=LONGEST_FILTER, required=False)

    def draft(self) -> Draft:
        """Return a batch where a condition is given, else a whole collection."""
        said = {name: self.cleaned_data[name] for name in ("database", "collection", "filter_query")}
        return Draft(kind=Kind.BATCH if said["filter_query"] else Kind.COLLECTION, **said)


class RhythmicApiForm(_Rhythmic):
    """Documents that a web address gives as JSON, again and again."""

    api_url = forms.CharField(label=_("Address of the API"), max_length=LONGEST_ADDRESS)
    collection = forms.CharField(label=_("Name of the collection"), max_length=LONGEST_COLLECTION)

    def draft(self) -> Draft:
        """Return a harvest of what the address gives."""
        return _of_api(self.cleaned_data)


def _of_api(said: Mapping[str, Any], **wanted: Any) -> Draft:
    remembered = {"source": said["api_url"]}
    place = {"database": naming.API_DATABASE, "collection": said["collection"]}
    return Draft(kind=Kind.SOURCE, metadata=remembered, **place, **wanted)


FORMS: Mapping[str, type[_Wish]] = {
    "collection": CollectionForm,
    "document": DocumentForm,
    "api": ApiForm,
    "file": FileForm,
}
SOURCES: Sequence[tuple[str, Any]] = (
    ("collection", _("Collection")),
    ("document", _("One document")),
    ("api", _("JSON API")),
    ("file", _("File")),
)
RHYTHMIC: Mapping[str, type[_Rhythmic]] = {"collection": RhythmicCollectionForm, "api": RhythmicApiForm}
RHYTHMIC_SOURCES = [(value, label) for value, label in SOURCES if value in RHYTHMIC]
