"""The background application: `celery -A imagehub worker`, or a thread of `manage.py up`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")

app = Celery("imagehub", task_cls="imagehub.lib.tasks:Task")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
