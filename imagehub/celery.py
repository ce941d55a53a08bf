"""The background application: `celery -A imagehub worker`, or a thread of `manage.py up`."""

import os
from typing import TYPE_CHECKING, ClassVar

from celery import Celery, bootsteps

if TYPE_CHECKING:
    from celery.worker import WorkController

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")

app = Celery("imagehub", task_cls="imagehub.lib.tasks:Task")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class HandingOn(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery carries no types
    """Ends harvests under way when a worker is asked to stop; it would wait a minute for each otherwise."""

    requires: ClassVar = {"celery.worker.components:Pool"}  # which waits for the tasks, and stops behind us

    def include_if(self, worker: "WorkController") -> bool:
        """Tell whether sessions run in processes of the worker's; `manage.py up` ends its own."""
        return bool(worker.pool_cls.__module__.endswith(".prefork"))

    def stop(self, _worker: "WorkController") -> None:
        """Let sessions give back what they have not done."""
        from harvester.engine import session  # noqa: PLC0415  # needs the models, which need this module

        session.leave()


app.steps["worker"].add(HandingOn)
