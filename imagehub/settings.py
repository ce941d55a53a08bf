"""The one settings file: everything that may differ between two machines comes from the environment.

`.env.example` documents every variable. Bad values stop the start with a sentence; doubtful
combinations are system checks (`imagehub/lib/checks.py`).
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from imagehub.lib import database, env, logs, secret, storage_url

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()

VERSION = "0.1.0"

# -- What kind of place this is -------------------------------------------------------------------
DEBUG = env.flag("DEBUG", default=False)
PUBLIC_URL = env.address("PUBLIC_URL", ("http://", "https://")).rstrip("/")
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.address("REDIS_URL", ("redis://", "rediss://", "unix://"))
EMBEDDED = not DATABASE_URL or DATABASE_URL.startswith("sqlite")
HTTPS = urlsplit(PUBLIC_URL).scheme == "https"
SECRET_KEY = env.text("SECRET_KEY") or secret.kept_in(DATA_DIR / "secret.key", embedded=EMBEDDED)
API_KEY = env.text("API_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

# -- Parts ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "imagehub.lib.staffsite.StaffSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_celery_results",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "imagehub",
    "imagehub.lib",
    "imagehub.api",
    "imagehub.events",
    "imagehub.images",
    "imagehub.webhooks",
    "imagehub.editor",
    "imagehub.library",
    "accounts",
    "avatars",
    "generated",
    "harvester",
    "publications",
]
MIDDLEWARE = [
    "imagehub.api.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "imagehub.images.middleware.PicturesFirst",
    "imagehub.api.middleware.SurfaceLanguageMiddleware",
    "imagehub.api.middleware.RefusalMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "imagehub.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- Data -----------------------------------------------------------------------------------------
# What MariaDB is warned of: a condition of allauth's, where our own User holds each address once, and
# keys beyond 255 characters, of which InnoDB indexes 768.
SILENCED_SYSTEM_CHECKS = ["models.W036", "mysql.W003"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": dj_database_url.parse(
        DATABASE_URL or f"sqlite:///{DATA_DIR}/imagehub.sqlite3", conn_max_age=600, conn_health_checks=not EMBEDDED
    ),
}
_seconds = database.seconds_allowed()
if EMBEDDED:
    # Writers queue at BEGIN instead of failing half-way; a commit is on the disk before it is answered.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    _locks = f"innodb_lock_wait_timeout={database.lock_patience(_seconds)}"
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        charset="utf8mb4",
        isolation_level="read committed",
        init_command=f"SET sql_mode='STRICT_TRANS_TABLES', {_locks}",
        **database.patience(_seconds),
    )
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "imagehub",
        # One that takes connections and says nothing must not keep requests waiting.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "imagehub"},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"},
}
STORAGE_URL = env.text("STORAGE_URL") or f"file://{Path(env.text('STORAGE_PATH') or DATA_DIR / 'storage').resolve()}"
STORAGE_URL_BEFORE = env.text("STORAGE_URL_BEFORE")
STORAGES = {
    "default": storage_url.moving(STORAGE_URL, STORAGE_URL_BEFORE)
    if STORAGE_URL_BEFORE
    else storage_url.backend(STORAGE_URL),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# While everything is moved nobody but us knows where an object is.
DIRECT_LINKS = storage_url.is_direct(STORAGE_URL) and not STORAGE_URL_BEFORE
ACCEL_REDIRECT = env.text("ACCEL_REDIRECT")
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# A body is judged by our own limits, which answer 413 where Django's own would answer 400.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
LARGEST_BODY = 24 * 1024 * 1024  # bytes of any request: the largest picture in base64 and its form
# What the images of an account may take up, by its plan.
QUOTAS = {
    "free": {"bytes": env.integer("QUOTA_FREE_BYTES", 1024**3), "files": env.integer("QUOTA_FREE_FILES", 2_000)},
    "premium": {
        "bytes": env.integer("QUOTA_PREMIUM_BYTES", 50 * 1024**3),
        "files": env.integer("QUOTA_PREMIUM_FILES", 100_000),
    },
}

# Renditions that a process makes or lets wait at once, fewer than it has threads: the six that a browser asks for of
# one account's pictures, as many of another's, and a place for a third one.
RENDER_QUEUE = env.integer("RENDER_QUEUE", 13, minimum=1)
# Fixed sizes besides ours, by the names that addresses call them after `size-`.
RENDITION_SIZES = env.sizes("RENDITION_SIZES")
# What all renditions together may take up; those that nobody has looked at for longest go first.
RENDITIONS_BYTES = env.integer("RENDITIONS_BYTES", 10 * 1024**3)

# -- Background work ------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker takes both queues unless told otherwise (`-Q`); harvests, which are long, have one of their own.
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"celery": {}, "harvest": {}}
CELERY_TASK_ROUTES = {f"harvester.tasks.{name}": {"queue": "harvest"} for name in ("plan", "process", "work")}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        # A broker that is away must not keep a request waiting: one try, at once.
        "socket_connect_timeout": 1,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "connect_retries_timeout": 1,
    }
    if REDIS_URL
    else {"polling_interval": 0.05}
)
CELERY_BEAT_SCHEDULE = {
    "reap": {"task": "imagehub.images.tasks.reap", "schedule": 60.0},
    "evict-renditions": {"task": "imagehub.images.tasks.evict", "schedule": 300.0},
    "forget-news": {"task": "imagehub.events.tasks.forget", "schedule": 3600.0},
    "webhooks": {"task": "imagehub.webhooks.tasks.deliver", "schedule": 5.0},
    "forget-webhooks": {"task": "imagehub.webhooks.tasks.forget", "schedule": 3600.0},
    "forget-answers": {"task": "imagehub.api.tasks.forget", "schedule": 3600.0},
    "empty-bins": {"task": "generated.tasks.empty_bins", "schedule": 3600.0},
    "optimise-generated": {"task": "generated.tasks.optimise_rest", "schedule": 300.0},
    "forget-credentials": {"task": "accounts.tasks.forget", "schedule": 3600.0},
    "catch-up-libraries": {"task": "imagehub.library.tasks.catch_up", "schedule": 300.0},
    "empty-library-bins": {"task": "imagehub.library.tasks.empty_bins", "schedule": 3600.0},
    "forget-batches": {"task": "imagehub.library.tasks.forget_batches", "schedule": 3600.0},
    "edit-many": {"task": "imagehub.library.tasks.resume_batches", "schedule": 60.0},
    "compare-photos": {"task": "publications.tasks.compare_rest", "schedule": 120.0},
    "tell-owners": {"task": "publications.tasks.tell_rest", "schedule": 600.0},
    "harvest": {"task": "harvester.tasks.sweep", "schedule": 15.0},
    "begin-harvests": {"task": "harvester.tasks.begin_due", "schedule": 20.0},
    "forget-minutes": {"task": "harvester.tasks.forget", "schedule": 3600.0},
}

# -- Who is asking --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
EVENTS_AUTHENTICATOR = "accounts.sockets.authenticate"
QUOTA_OF = "accounts.quotas.quota_of"  # what the images of an account may take up
TITLES_OF = "imagehub.library.places.titles"  # what images are called
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = env.choice("EMAIL_CONFIRMATION", {"none", "mandatory"}, "none")
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "ImageHub: "
ACCOUNT_FORMS = {
    "change_password": "accounts.password_forms.ChangePassword",
    "set_password": "accounts.password_forms.SetPassword",
    "reset_password_from_key": "accounts.password_forms.ResetPassword",
}
USERSESSIONS_TRACK_ACTIVITY = False
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
    "ISSUER": "imagehub",
    "AUDIENCE": "imagehub",
    "LEEWAY": 30,
    "USER_ID_FIELD": "public_id",
    "USER_ID_CLAIM": "sub",
}
JWT_ISSUERS = env.objects("JWT_ISSUERS")
OUTBOUND_ALLOW = env.words("OUTBOUND_ALLOW")

TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXIES", 0)

# -- The API --------------------------------------------------------------------------------------
THROTTLING = env.flag("THROTTLING", default=True)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        f"accounts.api.authentication.{name}Authentication" for name in ("Bearer", "ApiKey", "Browser")
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["imagehub.api.renderers.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "imagehub.api.parsers.JsonParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["imagehub.api.throttling.CallerThrottle"],
    "DEFAULT_SCHEMA_CLASS": "imagehub.api.schema.Schema",
    "EXCEPTION_HANDLER": "imagehub.api.envelope.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ImageHub",
    "DESCRIPTION": "User pictures, listing photos, generated images, harvesting and editing over one image core.",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "imagehub.images.document.describe",
        "avatars.document.describe",
        "imagehub.api.document.named_as_clients_know_them",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": f"{STATIC_URL}favicon.svg",
}

# -- The browser ----------------------------------------------------------------------------------
CSRF_FAILURE_VIEW = "imagehub.api.answers.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *([storage_url.origin(STORAGE_URL)] if DIRECT_LINKS else [])],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# -- Words ----------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "imagehub.lib.formats"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "imagehub" / "locale"]
# What an API speaks to callers who do not say which language they want (contract, section 1).
SURFACE_LANGUAGES = {
    "/pictures/": "es",
    "/api/v1/publications": "es",
    "/api/v1/download": "es",
    "/api/v1/jobs": "es",
    "/api/images": "fr",
    "/api/health": "fr",
}

# What the refusals of a surface carry besides the envelope (contract, section 5).
SURFACE_MARKS = {"/api/images": {"success": False}, "/api/health": {"success": False}}

# -- Recycle bins -----------------------------------------------------------------------------
LIBRARY_RETENTION_DAYS = env.integer("LIBRARY_RETENTION_DAYS", 30)
GENERATED_RETENTION_DAYS = env.integer("GENERATED_RETENTION_DAYS", 30)

# -- Harvesting -----------------------------------------------------------------------------------
MONGODB_URI = env.address("MONGODB_URI", ("mongodb://", "mongodb+srv://"))
HARVEST_ALLOW = env.places("HARVEST_ALLOW", "*.*")  # `database.collection`, either may be `*`
DEMO_SITE = ""  # `manage.py up` serves one to harvest from
HARVEST_CONTACT = env.text("HARVEST_CONTACT")  # an address or mail in the User-Agent
HARVEST_ROBOTS = env.choice("HARVEST_ROBOTS", {"obey", "ignore"}, "obey")
HARVEST_CRAWL_DELAY = env.integer("HARVEST_CRAWL_DELAY", 10)  # seconds, the most that is obeyed
HARVEST_VALIDATION = env.choice("HARVEST_VALIDATION", {"full", "structure"}, "full")
HARVEST_PROCESSORS = env.choices("HARVEST_PROCESSORS", {"webp", "thumbnail", "optimized"})
HARVEST_WRITE_BACK = env.flag("HARVEST_WRITE_BACK", default=False)
MAX_CONCURRENT_DOWNLOADS = env.integer("MAX_CONCURRENT_DOWNLOADS", 20, minimum=1)
MAX_CONNECTIONS_PER_HOST = env.integer("MAX_CONNECTIONS_PER_HOST", 10, minimum=1)
DOWNLOAD_TIMEOUT = env.integer("DOWNLOAD_TIMEOUT", 30, minimum=1)
MAX_RETRIES = env.integer("MAX_RETRIES", 3)
RETRY_DELAY = env.integer("RETRY_DELAY", 1)
HARVEST_LEASE = env.integer("HARVEST_LEASE", 60, minimum=5)  # seconds after which a worker's steps are free if it died
METRICS_ALLOW = env.networks("METRICS_ALLOW")

# -- Mail and logs --------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10  # seconds: a server that takes connections and says nothing must not keep requests waiting for ever
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "ImageHub <imagehub@localhost>")
LOG_LEVEL = env.choice("LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}, "INFO")
LOG_FORMAT = env.choice("LOG_FORMAT", {"json", "text"}, "text" if DEBUG or EMBEDDED else "json")
LOGGING = logs.configuration(level=LOG_LEVEL, style=LOG_FORMAT)
