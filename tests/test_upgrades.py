"""From one release to the next: while the new migrations are there already, the former code still writes its rows."""

from typing import Any, cast

import pytest
from django.conf import settings
from django.db.migrations import AddField, DeleteModel, RemoveField, RenameField, RenameModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models.fields import NOT_PROVIDED

from accounts.models import User
from imagehub.editor.models import Edit
from imagehub.images.models import Image, Rendition
from imagehub.library import browsing
from imagehub.library.browsing import Question

# Where the former release left each of our apps; moved on with every release.
FORMER = [
    ("accounts", "0002_names"),
    ("api", "0002_postings"),
    ("avatars", "0002_names"),
    ("editor", "0001_initial"),
    ("events", "0002_boards"),
    ("generated", "0003_names"),
    ("harvester", "0001_initial"),
    ("images", "0004_names"),
    ("publications", "0001_initial"),
]
OURS = {app for app, _ in FORMER} | {"library", "webhooks"}
BREAKING = (DeleteModel, RemoveField, RenameField, RenameModel)


def former_image(image: Any, owner: User, number: int) -> Any:
    return image.objects.create(
        owner_id=owner.pk,
        source="picture",
        key=f"images/users/{owner.public_id}/{number}.jpg",
        digest="0" * 64,
        content_type="image/jpeg",
        width=640,
        height=480,
        size=1000,
    )


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.mark.django_db
def test_what_the_former_code_writes_is_whole_for_the_new(ada: User, loader: MigrationLoader) -> None:
    apps = loader.project_state(FORMER).apps
    image, edit, rendition = (
        cast("Any", apps.get_model(label)) for label in ("images.Image", "editor.Edit", "images.Rendition")
    )
    parent, child = (former_image(image, ada, number) for number in (1, 2))
    edit.objects.create(owner_id=ada.pk, image=child, parent=parent, parent_id_told=parent.public_id, recipe_json="[]")
    facts = {"digest": "0" * 64, "content_type": "image/webp", "width": 32, "height": 24, "size": 10}
    rendition.objects.create(image=parent, name="thumb.webp", key="r", **facts)

    assert list(Image.objects.values_list("is_listed", "focus_x")) == [(False, None), (False, None)]
    assert Edit.objects.get().is_revision is False
    assert Rendition.objects.get().last_used.isoformat() == "2026-01-01"
    assert browsing.find(ada, Question()).newest(0, 50) == [2, 1]


@pytest.mark.django_db
@pytest.mark.skipif(settings.EMBEDDED, reason="an SQLite is served by one process, of one version")
def test_what_the_former_code_deletes_leaves_the_libraries_of_the_new(ada: User, loader: MigrationLoader) -> None:
    image = cast("Any", loader.project_state(FORMER).apps.get_model("images.Image"))
    gone, _ = (former_image(image, ada, number) for number in (1, 2))
    assert browsing.find(ada, Question()).newest(0, 50) == [2, 1]
    image.objects.filter(pk=gone.pk).delete()
    assert browsing.find(ada, Question()).newest(0, 50) == [2]


def test_no_migration_asks_the_former_code_for_what_it_does_not_know(loader: MigrationLoader) -> None:
    before = {key for node in FORMER for key in loader.graph.forwards_plan(node)}
    after = sorted(key for key in loader.graph.nodes if key[0] in OURS and key not in before)
    known = set(loader.project_state(FORMER).models)
    found = [
        f"{app}.{name}: {operation.describe()}"
        for app, name in after
        for operation in loader.disk_migrations[app, name].operations
        if (app, _model(operation)) in known and _breaks(operation)
    ]
    assert (len(after) > 5, found) == (True, [])


def _model(operation: Operation) -> str:
    return str(getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")))


def _breaks(operation: Operation) -> bool:
    """Whether a row that says nothing of the field is refused, or something that the former code names is gone."""
    if not isinstance(operation, AddField):
        return isinstance(operation, BREAKING)
    field = operation.field
    return not field.many_to_many and not field.null and field.db_default is NOT_PROVIDED
