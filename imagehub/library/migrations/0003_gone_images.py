from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# In one statement, so that a kill leaves one tie; under a new name, because the old one is taken until its end.
TIE = (
    "ALTER TABLE library_entry DROP FOREIGN KEY {before}, ADD CONSTRAINT {name} "
    "FOREIGN KEY (image_id) REFERENCES images_image (id) ON DELETE {then}"
)


def let_anybody_delete(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let processes of the version before, which know no entries, delete images while both versions run."""
    _tie(editor, "library_entry_forgets_image", "SET NULL")


def let_nobody_else_delete(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Tie entries to images as they were."""
    _tie(editor, "library_entry_knows_image", "NO ACTION")


def _tie(editor: BaseDatabaseSchemaEditor, name: str, then: str) -> None:
    if editor.connection.vendor != "mysql":  # one process of one version serves an SQLite
        return
    with editor.connection.cursor() as cursor:
        found = editor.connection.introspection.get_constraints(cursor, "library_entry")
    before = next(name for name, told in found.items() if told["foreign_key"] == ("images_image", "id"))
    editor.execute(TIE.format(before=editor.quote_name(before), name=name, then=then))


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0002_albums'),
    ]

    operations = [
        migrations.RunPython(let_anybody_delete, let_nobody_else_delete, atomic=False),
    ]
