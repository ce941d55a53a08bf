"""The settings under test: the product's own, on a data folder that is thrown away."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="imagehub-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DATA_DIR"] = _folder
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("LOG_FORMAT", "json")

from imagehub.settings import *  # noqa: E402, F403  # they read the environment above

# Argon2 is slow on purpose; a hundred test accounts need not be.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405  # from the settings above
# Threads of one test need one real file, not a database in one connection's memory.
DATABASES["default"].setdefault("TEST", {})["NAME"] = (  # noqa: F405  # likewise
    f"{_folder}/test.sqlite3" if EMBEDDED else "imagehub_test"  # noqa: F405  # likewise
)
if EMBEDDED:  # noqa: F405  # likewise
    # These databases are thrown away; the tests that kill a process start it with the product's own settings.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405  # likewise
INSTALLED_APPS += ["tests"]  # noqa: F405  # likewise; for its command that empties the database between tests
REST_FRAMEWORK["TEST_REQUEST_DEFAULT_FORMAT"] = "json"  # noqa: F405  # likewise
# Static files straight from their sources, so that no test waits for collectstatic.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
