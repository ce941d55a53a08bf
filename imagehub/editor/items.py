"""Edits as clients see them."""

from collections.abc import Collection
from typing import Any, TypedDict

from django.conf import settings
from django.utils.module_loading import import_string

from imagehub.editor.models import Edit, Preset
from imagehub.images.links import shown_url
from imagehub.lib.times import told


class Item(TypedDict):
    """An image of the editor, spelled as clients know it."""

    id: str
    source: str
    url: str
    width: int
    height: int
    size: int
    contentType: str
    origin: str
    title: str
    createdAt: str
    parent: str
    recipe: list[dict[str, Any]]
    editId: str
    kept: str
    revertedAt: str | None


class PresetItem(TypedDict):
    """A recipe under a name, spelled as clients know it."""

    id: str
    name: str
    recipe: list[dict[str, Any]]
    createdAt: str


def items(edits: Collection[Edit]) -> list[Item]:
    """Return edits that were read with their images; what they are called is asked for all at once."""
    known = titles(edits)
    return [_item(edit, known.get(edit.image_id, "")) for edit in edits]


def titles(edits: Collection[Edit]) -> dict[int, str]:
    """Return by the keys of their images what edits are called, as far as they are called anything."""
    return dict(import_string(settings.TITLES_OF)([edit.image for edit in edits]))


def item(edit: Edit) -> Item:
    """Return one edit."""
    return items([edit])[0]


def _item(edit: Edit, title: str) -> Item:
    image = edit.image
    return {
        "id": image.public_id,
        "source": image.source,
        "url": shown_url(image),
        "width": image.width,
        "height": image.height,
        "size": image.size,
        "contentType": image.content_type,
        "origin": image.origin,
        "title": title,
        "createdAt": told(edit.created_at),
        "parent": edit.parent_id_told,
        "recipe": edit.recipe,
        "editId": edit.public_id,
        "kept": edit.kept.value,
        "revertedAt": told(edit.reverted_at) if edit.reverted_at else None,
    }


def preset_item(preset: Preset) -> PresetItem:
    """Return one preset."""
    created = told(preset.created_at)
    return {"id": preset.public_id, "name": preset.name, "recipe": preset.recipe, "createdAt": created}
