"""What callers send about harvests."""

from typing import Any

import orjson
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from harvester.drafts import FIELDS
from harvester.models import LONGEST_COLLECTION, LONGEST_DATABASE, ItemState, Kind, Status
from harvester.processors import PROCESSORS
from harvester.services.jobs import LONGEST_REASON
from harvester.sources.api import LONGEST_ADDRESS
from harvester.sources.documents import LONGEST_FIELD, MOST_FIELDS

LONGEST_METADATA = 16 * 1024  # bytes
LAST = 2**31 - 1
LARGEST_PAGE = 100
Fields = dict[str, Any]


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ObjectField(serializers.Field[Fields, Any, Fields, Any]):
    """A JSON object of bounded size."""

    def to_internal_value(self, data: Any) -> Fields:
        """Return the object when it is one and short enough."""
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("This has to be an object."))
        if len(orjson.dumps(data)) > LONGEST_METADATA:
            raise serializers.ValidationError(_("This is larger than 16 KB."))
        return data


class MethodSerializer(serializers.Serializer[Any]):
    """How to harvest documents."""

    fields_ = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_FIELD),
        required=False,
        min_length=1,
        max_length=MOST_FIELDS,
        help_text=f"where addresses are looked for, in this order; without it {', '.join(FIELDS)}",
    )
    processors = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(PROCESSORS)),
        required=False,
        default=list,
        max_length=len(PROCESSORS),
        help_text="what to make of each image besides",
    )

    def get_fields(self) -> dict[str, "serializers.Field[Any, Any, Any, Any]"]:
        """Call the field that DRF's own attribute stands in the way of what clients call it."""
        declared = super().get_fields()
        return {name.rstrip("_"): field for name, field in declared.items()}


class OptionsSerializer(MethodSerializer):
    """How to harvest documents, and what to remember of it."""

    metadata = ObjectField(required=False, default=dict, help_text="kept with the job, for your own memory")


class PartSerializer(OptionsSerializer):
    """Which part of a collection to harvest, and how."""

    limit = serializers.IntegerField(required=False, min_value=1, max_value=LAST, help_text="documents; without it all")
    skip = serializers.IntegerField(required=False, min_value=0, max_value=LAST, default=0)


class BatchSerializer(PartSerializer):
    """Documents that a filter chooses, and how to harvest them."""

    database = serializers.CharField(max_length=LONGEST_DATABASE, trim_whitespace=False)
    collection = serializers.CharField(max_length=LONGEST_COLLECTION, trim_whitespace=False)
    filter = ObjectField(
        required=False,
        default=dict,
        help_text=(
            "of MongoDB, with $eq $ne $gt $gte $lt $lte $in $nin $and $or $nor $not $exists $type $regex $options "
            "$elemMatch $size $all"
        ),
    )


class ApiSourceSerializer(serializers.Serializer[Any]):
    """A JSON API whose documents are harvested: `documents`, `data`, a list, or one object."""

    api_url = serializers.CharField(max_length=LONGEST_ADDRESS)
    collection_name = serializers.CharField(max_length=LONGEST_COLLECTION, trim_whitespace=False)


class FileSourceSerializer(MethodSerializer):
    """A file of documents: JSON as of an API, or one object a line."""

    file = serializers.FileField(help_text="JSON or NDJSON, at most 24 MB")
    collection_name = serializers.CharField(max_length=LONGEST_COLLECTION, trim_whitespace=False)


class CancelSerializer(serializers.Serializer[Any]):
    """Why a job is called off."""

    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_REASON)


class JobsQuerySerializer(serializers.Serializer[Any]):
    """Which jobs, and which page of them."""

    status = serializers.ChoiceField(choices=Status.choices, required=False, default=None)
    job_type = serializers.ChoiceField(choices=Kind.choices, required=False, default=None)
    database = serializers.CharField(required=False, default="", max_length=LONGEST_DATABASE)
    collection = serializers.CharField(required=False, default="", max_length=LONGEST_COLLECTION)
    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=LAST)
    page_size = serializers.IntegerField(required=False, default=20, min_value=1, max_value=LARGEST_PAGE)


class PartQuerySerializer(serializers.Serializer[Any]):
    """Which part of the failed documents of a job."""

    cursor = serializers.IntegerField(
        required=False, default=-1, min_value=-1, max_value=LAST, help_text="`next` of the part before"
    )
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=LARGEST_PAGE)


class ItemsQuerySerializer(PartQuerySerializer):
    """Which documents of a job."""

    status = serializers.ChoiceField(choices=ItemState.choices, required=False, default=None)


class DocumentsQuerySerializer(serializers.Serializer[Any]):
    """Which part of the documents of a collection."""

    cursor = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=200, help_text="`next` of the part before"
    )
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=LARGEST_PAGE)
