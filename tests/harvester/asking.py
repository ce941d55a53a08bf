"""Asking the harvester's API: with a key, by a file of documents, and what a refusal must leave as it was."""

from typing import Any

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services.keys import KeyDraft, create_key, create_service_key
from harvester.models import Document, Harvested, Item, Job, Processed, Step
from imagehub.api.models import Answer
from imagehub.events.models import Event
from imagehub.images import storage

HOTELS: list[dict[str, Any]] = [
    {"_id": "a", "name": "Hotel Sol", "images": ["http://pictures.example/1.jpg", "http://pictures.example/2.jpg"]},
    {"_id": "b", "title": "Casa Luna", "photos": [{"url": "http://pictures.example/3.jpg"}, 7]},
]


def keyed(staff: User, *scopes: str, owner: User | None = None) -> APIClient:
    """Return a client that shows a fresh key with these scopes: a service's, or its owner's."""
    draft = KeyDraft("test", scopes or ("harvest",))
    made = create_key(owner, draft, by=owner) if owner else create_service_key(draft, by=staff)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_X_API_KEY=made.secret)
    return client


def upload(client: APIClient, documents: object = HOTELS, headers: dict[str, str] | None = None, **said: Any) -> Any:
    """Begin a harvest of the documents of a file; bytes are sent as they are."""
    text = documents if isinstance(documents, bytes) else orjson.dumps(documents)
    body = {"collection_name": "hotels", **said, "file": SimpleUploadedFile("documents.json", text)}
    return client.post("/api/v1/download/file", body, format="multipart", headers=headers)


def trace() -> object:
    """Return everything that a refused request must leave as it was."""
    models = (Job, Item, Step, Document, Harvested, Processed, Event, Answer)
    return [model.objects.count() for model in models], sorted(found.key for found in storage.walk(""))
