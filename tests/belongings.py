"""One of everything that somebody can have here, made through the doors; and how others would name it."""

import io
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import User
from imagehub.webhooks import fanout
from imagehub.webhooks.models import Delivery
from tests.generated.conftest import base64_of, png

GREY = [{"op": "grayscale"}]
SECRET = "canary"  # a word in every name and title, which no answer to others may hold


def signed_in(user: User) -> APIClient:
    """Return a client with somebody's token."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user).access}")
    return client


def belongings_of(owner: User) -> Mapping[str, str]:
    """Give somebody one of everything; return the ids by the names that the addresses have for them."""
    client = signed_in(owner)
    names = {"userId": owner.public_id, "keyId": _made(client, "auth/api-keys", name=SECRET, scopes=["images"])["id"]}
    return {**names, **_pictures(client), **_library(client), **_webhook(client)}


def own_of(client: APIClient) -> dict[str, str]:
    """Give the client's owner a picture, an album and a board."""
    return {
        "mine": _sent(client, "/api/v1/library", file=_file("gold"))["id"],
        "myAlbum": _made(client, "library/albums", name="mine")["id"],
        "myBoard": _made(client, "boards", name="mine")["id"],
    }


def _pictures(client: APIClient) -> dict[str, str]:
    avatar = _sent(client, "/pictures/create-picture", file=_file("crimson"))["picture"]
    publication = _made(client, "publications", title=SECRET)["id"]
    photo = _sent(client, f"/api/v1/publications/{publication}/images", image=_file("navy"))["imageUri"]
    body = {"prompt": SECRET, "imageData": base64_of(png("teal"))}
    generated = client.post("/api/images", body, format="json").json()["data"]["image_id"]
    board = _made(client, "boards", name=SECRET)["id"]
    _made(client, f"boards/{board}/items", images=[generated])
    return {
        "pictureId": avatar["id"],
        "fileName": avatar["fileName"],
        "publicationId": publication,
        "imageUri": photo,
        "generated": generated,
        "boardId": board,
        "boardLink": _made(client, f"boards/{board}/links", recipient=SECRET)["id"],
    }


def _library(client: APIClient) -> dict[str, str]:
    image = _sent(client, "/api/v1/library", file=_file("olive"))["id"]
    album = _made(client, "library/albums", name=SECRET)["id"]
    _made(client, f"library/albums/{album}/items", images=[image])
    edit = _made(client, "edits", image=image, recipe=GREY, keep="revision")
    return {
        "imageId": image,
        "albumId": album,
        "linkId": _made(client, "library/links", album=album, recipient=SECRET)["id"],
        "editId": edit["editId"],
        "edited": edit["id"],
        "presetId": _made(client, "edits/presets", name=SECRET, recipe=GREY)["id"],
        "batchId": _made(client, "library/batches", images=[image], recipe=GREY)["id"],
    }


def _webhook(client: APIClient) -> dict[str, str]:
    webhook = _made(client, "webhooks", url="http://127.0.0.1:9/hook", description=SECRET)["id"]
    _made(client, f"webhooks/{webhook}/test")
    fanout.fan_out()
    return {"webhookId": webhook, "messageId": Delivery.objects.get(kind="webhook.test").message_id}


def _file(colour: str) -> SimpleUploadedFile:
    file = io.BytesIO()
    Pillow.new("RGB", (64, 48), colour).save(file, "JPEG")
    return SimpleUploadedFile(f"{SECRET}.jpg", file.getvalue(), "image/jpeg")


def _made(client: APIClient, path: str, **body: object) -> dict[str, Any]:
    return _read(client.post(f"/api/v1/{path}", body, format="json"))


def _sent(client: APIClient, path: str, **body: object) -> dict[str, Any]:
    return _read(client.post(path, body, format="multipart"))


def _read(answer: Any) -> dict[str, Any]:
    assert answer.status_code in {200, 201, 202}, (answer.status_code, answer.content)
    return dict(answer.json())
