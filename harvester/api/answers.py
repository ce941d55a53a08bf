"""How answers about harvests look in the document; they are made in `listing` and `browsing`."""

from typing import Any

from rest_framework import serializers

from harvester.models import ItemState, Kind, Status


class CountsSerializer(serializers.Serializer[Any]):
    """What became of the addresses of a job; added and changed ones are among the downloaded."""

    found = serializers.IntegerField()
    downloaded = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    failed = serializers.IntegerField()
    skipped = serializers.IntegerField()
    bytes = serializers.IntegerField()
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    gone = serializers.IntegerField()


class FaultSerializer(serializers.Serializer[Any]):
    """Something that went wrong."""

    timestamp = serializers.DateTimeField()
    message = serializers.CharField()
    error_type = serializers.CharField(help_text="one word, the same in every language")
    details = serializers.DictField()


class JobSerializer(serializers.Serializer[Any]):
    """A harvest."""

    id = serializers.CharField()
    type = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=Status.choices)
    database = serializers.CharField()
    collection = serializers.CharField()
    document_id = serializers.CharField(allow_null=True)
    filter_query = serializers.DictField()
    total_items = serializers.IntegerField(help_text="documents")
    processed_items = serializers.IntegerField()
    failed_items = serializers.IntegerField(help_text="documents of which at least one image failed")
    images = CountsSerializer()
    progress_percentage = serializers.FloatField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    duration = serializers.FloatField(allow_null=True, help_text="seconds")
    metadata = serializers.DictField()
    errors = FaultSerializer(many=True, help_text="one for each kind")  # type: ignore[assignment]  # the contract's name


class JobsSerializer(serializers.Serializer[Any]):
    """A page of jobs, newest first."""

    jobs = JobSerializer(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    total_pages = serializers.IntegerField()


class FaultsSerializer(serializers.Serializer[Any]):
    """What went wrong, address by address."""

    errors = FaultSerializer(many=True)  # type: ignore[assignment]  # the contract's name
    next = serializers.IntegerField(allow_null=True)


class JobItemSerializer(serializers.Serializer[Any]):
    """A document of a job and what became of its addresses."""

    number = serializers.IntegerField()
    document_id = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # DRF has an attribute of that name
    status = serializers.ChoiceField(choices=ItemState.choices)
    finished_at = serializers.DateTimeField(allow_null=True)
    urls = serializers.ListField(child=serializers.CharField())
    results = serializers.ListField(child=serializers.DictField())


class ItemsSerializer(serializers.Serializer[Any]):
    """A part of the documents of a job."""

    items = JobItemSerializer(many=True)
    next = serializers.IntegerField(allow_null=True)


class CancelledDataSerializer(serializers.Serializer[Any]):
    """Which job was called off."""

    job_id = serializers.CharField()
    status = serializers.CharField()


class CancelledSerializer(serializers.Serializer[Any]):
    """That a job was called off."""

    message = serializers.CharField()
    data = CancelledDataSerializer()  # type: ignore[assignment]  # the contract's name


class PreviewSerializer(serializers.Serializer[Any]):
    """What a harvest would find."""

    documents = serializers.IntegerField()
    sampled = serializers.IntegerField(help_text="documents, the first ones, in which all that follows is counted")
    urls = serializers.IntegerField()
    hosts = serializers.DictField(child=serializers.IntegerField())
    refused = serializers.DictField(child=serializers.IntegerField())
    sample = serializers.ListField(child=serializers.DictField())


class NamedSerializer(serializers.Serializer[Any]):
    """A database or a collection."""

    name = serializers.CharField()
    url = serializers.CharField()


class DatabasesSerializer(serializers.Serializer[Any]):
    """All databases of which something was harvested."""

    databases = NamedSerializer(many=True)


class CollectionsSerializer(serializers.Serializer[Any]):
    """All collections of a database of which something was harvested."""

    database = serializers.CharField()
    collections = NamedSerializer(many=True)


class DocumentSerializer(serializers.Serializer[Any]):
    """A document of which images were harvested."""

    document_id = serializers.CharField()
    folder = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # DRF has an attribute of that name
    images = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    url = serializers.CharField()


class DocumentsSerializer(serializers.Serializer[Any]):
    """A part of the documents of a collection."""

    database = serializers.CharField()
    collection = serializers.CharField()
    documents = DocumentSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class FileSerializer(serializers.Serializer[Any]):
    """A file that was made of a harvested one."""

    filename = serializers.CharField()
    path = serializers.CharField()
    url = serializers.CharField()
    content_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class OriginalSerializer(FileSerializer):
    """A harvested file."""

    source_url = serializers.CharField()
    downloaded_at = serializers.DateTimeField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    gone_at = serializers.DateTimeField(allow_null=True)


class WholeDocumentSerializer(DocumentSerializer):
    """A document with its files."""

    metadata_url = serializers.CharField()
    original = OriginalSerializer(many=True)
    processed = serializers.DictField(child=FileSerializer(many=True))


class ReadinessSerializer(serializers.Serializer[Any]):
    """How the service and the parts that it depends on are."""

    status = serializers.ChoiceField(choices=["healthy", "degraded"])
    service = serializers.CharField()
    version = serializers.CharField()
    environment = serializers.CharField()
    timestamp = serializers.DateTimeField()
    database = serializers.CharField(help_text="`up`, `down` or `off`")
    broker = serializers.CharField()
    storage = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the contract's name
    details = serializers.DictField(allow_null=True, help_text="with a key")
