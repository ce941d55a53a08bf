"""Keeping recipes under a name."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from imagehub.editor import policies
from imagehub.editor.models import LONGEST_NAME, Preset
from imagehub.editor.policies import Editor
from imagehub.editor.recipes import read
from imagehub.images.pipeline.editing.grammar import Recipe
from imagehub.lib.bounds import named, require_room
from imagehub.lib.errors import Conflict, NotFound
from imagehub.lib.transactions import write

MOST_PRESETS = 100


def judged(recipe: object, *, by: Editor) -> Recipe:
    """Return a recipe that may be kept; Invalid for none, ImageNotFound where it lays on an image of others."""
    found = read(recipe)
    for image in sorted(found.images):
        policies.image_seen_by(by, image)
    return found


@write
def keep(name: str, recipe: Recipe, *, by: Editor) -> Preset:
    """Keep a recipe under a name that is free; Conflict for one that is taken, or with too many kept."""
    owner = _locked(by)
    preset = Preset(owner_id=owner, name=named(name, LONGEST_NAME), recipe_json=recipe.canonical())
    require_room(Preset.objects.filter(owner=owner).count() + 1, MOST_PRESETS)
    _require_free(preset)
    preset.save(force_insert=True)
    return preset


@write
def change(public_id: str, name: str | None, recipe: Recipe | None, *, by: Editor) -> Preset:
    """Give a preset another name, another recipe, or both."""
    preset = _own(public_id, _locked(by))
    if name is not None:
        preset.name = named(name, LONGEST_NAME)
        _require_free(preset)
    if recipe is not None:
        preset.recipe_json = recipe.canonical()
    preset.save(update_fields=["name", "recipe_json"])
    return preset


@write
def forget(public_id: str, *, by: Editor) -> None:
    """Delete a preset; pictures that were made with it stay as they are."""
    _own(public_id, _locked(by)).delete()


def of(by: Editor) -> list[Preset]:
    """Return the presets of whoever asks, by name."""
    return list(Preset.objects.filter(owner=policies.person(by)).order_by("name"))


def _locked(by: Editor) -> int:
    """Let one request about somebody's presets count after the other."""
    owner = policies.person(by)
    get_user_model().objects.select_for_update().only("pk").get(pk=owner)
    return owner


def _own(public_id: str, owner: int) -> Preset:
    preset = Preset.objects.filter(public_id=public_id, owner=owner).first()
    if preset is None:
        raise NotFound
    return preset


def _require_free(preset: Preset) -> None:
    others = Preset.objects.filter(owner=preset.owner_id, name=preset.name).exclude(public_id=preset.public_id)
    if others.exists():
        raise Conflict(_("There is a preset of this name already."))
