"""What is looked for among all tokens and keys is found by an index, as many as there may be."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BY_EXPIRY = models.Index(fields=["expires_at"], name="outstanding_by_expiry")


def index_spent(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let spent tokens be found that have expired; their table is the library's, which has no index for it."""
    schema_editor.add_index(apps.get_model("token_blacklist", "OutstandingToken"), BY_EXPIRY)


def drop_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away again."""
    schema_editor.remove_index(apps.get_model("token_blacklist", "OutstandingToken"), BY_EXPIRY)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_staff_lists"),
        ("token_blacklist", "0013_alter_blacklistedtoken_options_and_more"),
    ]

    operations = [
        migrations.AddIndex("tokenfamily", models.Index(fields=["expires_at"], name="token_family_by_expiry")),
        migrations.AddIndex("apikey", models.Index(fields=["owner", "revoked_at", "-id"], name="api_key_by_standing")),
        migrations.RunPython(index_spent, drop_index, atomic=False),  # MariaDB has no transactions around indexes
    ]
