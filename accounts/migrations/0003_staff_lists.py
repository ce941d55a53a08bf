from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def index_log(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let the history of one object be found among all that staff did; MariaDB indexes the beginning of a text only."""
    part = "(64)" if schema_editor.connection.vendor == "mysql" else ""
    schema_editor.execute(f"CREATE INDEX admin_log_by_object ON django_admin_log (content_type_id, object_id{part})")


def drop_log_index(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away again; MariaDB let go of the foreign key's own index when this one came, and needs one."""
    if schema_editor.connection.vendor == "mysql":
        change = "ADD INDEX (content_type_id), DROP INDEX admin_log_by_object"
        schema_editor.execute(f"ALTER TABLE django_admin_log {change}")
    else:
        schema_editor.execute("DROP INDEX admin_log_by_object")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_names"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AddIndex("user", models.Index(fields=["plan", "-id"], name="user_by_plan")),
        migrations.AddIndex("user", models.Index(fields=["is_staff", "-id"], name="user_by_staff")),
        migrations.AddIndex("user", models.Index(fields=["is_active", "-id"], name="user_by_activity")),
        migrations.RunPython(index_log, drop_log_index, atomic=False),  # MariaDB has no transactions around indexes
    ]
