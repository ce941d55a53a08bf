"""HTTP for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application

from imagehub.lib import checks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")

application = get_wsgi_application()
checks.insist()
