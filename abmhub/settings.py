"""Settings: read from the environment, each listed in docs/operations.md (a test compares the two).

Nothing has to be set for a trial. Without DATABASE_URL and REDIS_URL the embedded servers of
abmhub.embedded are used, and everything the installation keeps is under ABMHUB_HOME.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django_stubs_ext
from csp.constants import NONE, SELF
from environs import Env, EnvError, ValidationError, validate

from abmhub.core import logs
from abmhub.embedded.home import Home, HomeNotUsable

django_stubs_ext.monkeypatch()

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Home.from_environment()


def known_zone(name: str) -> None:
    """Raises ValidationError unless the name is that of a time zone, such as Europe/Berlin."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValidationError("No such time zone.") from None


# --- What an installation decides -----------------------------------------------------------------
try:
    DEBUG = env.bool("ABMHUB_DEBUG", False)
    SECRET_KEY = env.str("SECRET_KEY", "") or HOME.secret_key()
    SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
    ALLOWED_HOSTS = env.list("ABMHUB_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
    CSRF_TRUSTED_ORIGINS: list[str] = env.list("ABMHUB_TRUSTED_ORIGINS", [])
    HTTPS = env.bool("ABMHUB_HTTPS", not DEBUG)
    ABMHUB_URL = env.str("ABMHUB_URL", f"http{'s' if HTTPS else ''}://{ALLOWED_HOSTS[0]}").rstrip("/")
    PROXIES = env.int("ABMHUB_PROXIES", 0, validate=validate.Range(min=0))
    DATABASE = env.dj_db_url("DATABASE_URL", "") if env.str("DATABASE_URL", "") else None
    DATABASE_POOL = env.int("ABMHUB_DATABASE_POOL", 0, validate=validate.Range(min=0))
    REDIS_URL = env.str("REDIS_URL", "")
    CACHE_URL = env.str("ABMHUB_CACHE_URL", REDIS_URL)
    ABMHUB_DASK_SCHEDULER = env.str(
        "ABMHUB_DASK_SCHEDULER", "", validate=validate.Regexp("$|(tcp|tls)://.", error="No tcp:// or tls:// address.")
    )
    EMAIL_URL = env.str(
        "EMAIL_URL", "", validate=validate.Regexp("$|(smtp|submission)://.", error="No submission:// or smtp:// URL.")
    )
    EMAIL = env.dj_email_url("EMAIL_URL") if EMAIL_URL else None
    DEFAULT_FROM_EMAIL = env.str("ABMHUB_FROM_EMAIL", "ABM Hub <abmhub@localhost>")
    COLLECTED_STATIC = env.bool("ABMHUB_COLLECTED_STATIC", False)
    LOG_FORMAT = env.str("ABMHUB_LOG_FORMAT", "text", validate=validate.OneOf(["text", "json"]))
    LOG_LEVEL = env.str("ABMHUB_LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    TIME_ZONE = env.str("ABMHUB_TIME_ZONE", "UTC", validate=known_zone)
    ABMHUB_BUSINESS_CURRENCY = env.str("ABMHUB_BUSINESS_CURRENCY", "USD", validate=validate.Length(equal=3))
    ABMHUB_SECOND_PERSON = env.bool("ABMHUB_SECOND_PERSON", False)
    ABMHUB_FILES_MB = env.int("ABMHUB_FILES_MB", 5000, validate=validate.Range(min=1))
    ABMHUB_COUNTRY = env.str("ABMHUB_COUNTRY", "US", validate=validate.Length(equal=2))
except (EnvError, ValueError, HomeNotUsable) as error:
    raise SystemExit(f"{error}. Every setting is explained in docs/operations.md.") from None

# --- Application ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "abmhub.core",
    "abmhub.users",
    "abmhub.accounts",
    "abmhub.committee",
    "abmhub.campaigns",
    "abmhub.signals",
    "abmhub.pipeline",
    "abmhub.menus",
    "abmhub.budgets",
    "abmhub.scoring",
    "abmhub.orders",
    "abmhub.imports",
    "abmhub.funnel",
    "abmhub.metrics",
    "abmhub.integrations",
    "abmhub.nightly",
    "abmhub.distribution",
    "abmhub.console",
    "abmhub.demo",
    "abmhub.web",
    "abmhub.api",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # its templates, which ours in templates/django/forms go before
    "allauth",
    "allauth.account",
    "axes",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "django_htmx",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_standardized_errors",
    "django_filters",
    "django_celery_beat",
    "pgtrigger",
    "pghistory",
    "lucide",
    "django_structlog",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # A long list shrinks to a tenth. Its random padding hides what compression would tell of secrets.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    # Says in the history of a configuration row who changed it.
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "abmhub.web.forbidding.Forbidding",
    # Last, as its documentation asks: it turns a refused sign-in into the lock-out answer.
    "axes.middleware.AxesMiddleware",
]
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
ROOT_URLCONF = "abmhub.urls"
WSGI_APPLICATION = "abmhub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["abmhub.web.loading.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "abmhub.web.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- PostgreSQL: the record -----------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {"default": DATABASE or HOME.database()}
# The web server's threads share a pool (Django then wants CONN_MAX_AGE 0). Commands, jobs and tests
# hold one connection each, which a pool would only complicate: a Celery worker forks.
if DATABASE_POOL:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}
# Without this setting pgtrigger's triggers raise and catch an error for each row: a savepoint each, and a load
# whose cost grows with the square of its rows (measured: 20,000 accounts in 4.7 s instead of 0.4 s).
_session = DATABASES["default"].setdefault("OPTIONS", {})
# Imports and the night work in temporary tables larger than the 8 MB that a session holds, and a long list gathers the
# keys of up to a million accounts in a hash table, which may be twice as large as work_mem; taken only as needed.
_memory = "-c temp_buffers=64MB -c work_mem=16MB"
_session["options"] = f"{_session.get('options', '')} -c pgtrigger.ignore={{}} {_memory}".strip()
# A host that loses its network says no good-bye. Within half a minute the server gives up a session of such a host,
# whatever it waits for or computes, so that another host can go on; and the host itself gives up its connection.
_session["options"] += (
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25000"
    " -c client_connection_check_interval=10000"
)
for _name, _value in {
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000,
}.items():  # fmt: skip
    _session.setdefault(_name, _value)
DATABASES["default"]["CONN_MAX_AGE"] = 0 if DATABASE_POOL else 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["ATOMIC_REQUESTS"] = False

# --- Valkey: may be wiped, or dead, at any time -----------------------------------------------------
CACHES = {
    "default": {
        "BACKEND": "abmhub.core.cache.FailOpenCache",
        "LOCATION": CACHE_URL or HOME.valkey_url(database=1),
        "KEY_PREFIX": "abmhub",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
CELERY_BROKER_URL = REDIS_URL or HOME.broker_url()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    # Must exceed the hard time limit below, or a job that still runs is handed out a second time.
    "visibility_timeout": 2 * 60 * 60,
}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 55 * 60
CELERY_TASK_TIME_LIMIT = 60 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A night need not begin again because the broker did: jobs write to PostgreSQL, and may run twice.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = TIME_ZONE

# --- People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "abmhub.web.signin.Adapter"
ACCOUNT_FORMS = {
    "login": "abmhub.web.signin.SignInForm",
    "change_password": "abmhub.web.signin.NewPasswordForm",
    "reset_password": "abmhub.web.signin.ForgottenPasswordForm",
    "reset_password_from_key": "abmhub.web.signin.ChosenPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Failed sign-ins are axes' business: it counts in the database, which outlives a cache.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "abmhub.web.signin.attempted_email"
AXES_LOCKOUT_CALLABLE = "abmhub.web.signin.locked_out"
AXES_VERBOSE = False  # a line at every start of every command
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Only headers that our own proxies set are believed, or a guesser would change address at will.
AXES_IPWARE_PROXY_COUNT = PROXIES or None
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if PROXIES else ["REMOTE_ADDR"]
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_NAME = "abmhub_session"
CSRF_COOKIE_NAME = "abmhub_csrf"

# --- What browsers are told ---------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# Preloading is a promise about a whole domain to every browser: the company's to make, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": HTTPS,
    }
}

# --- Static files, language, mail -----------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = not COLLECTED_STATIC
WHITENOISE_AUTOREFRESH = not COLLECTED_STATIC
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME.path / "files", "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
USE_TZ = True
FORMAT_MODULE_PATH = "abmhub.web.formats"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME.path / "mail"
if EMAIL:
    globals().update(EMAIL)

# --- REST API -------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "abmhub.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "abmhub.api.errors.Handler",
    "ALLOWED_ERROR_STATUS_CODES": ["400", "401", "403", "404", "405", "406", "415", "500"],
}
_ERROR_ENUMS = ["ValidationErrorEnum", "ClientErrorEnum", "ServerErrorEnum"] + [
    f"ErrorCode{status}Enum" for status in (401, 403, 404, 405, 406, 415, 500)
]
SPECTACULAR_SETTINGS = {
    "TITLE": "ABM Hub API",
    "DESCRIPTION": "Everything a screen of ABM Hub can do.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "POSTPROCESSING_HOOKS": [
        "drf_standardized_errors.openapi_hooks.postprocess_schema_enums",
        "abmhub.api.document.number_the_rows",
    ],
    "ENUM_NAME_OVERRIDES": {
        "WaitingOn": "abmhub.orders.models.Task.WaitingOn",
        "TaskStateEnum": "abmhub.orders.models.Task.State",
        **{name: f"drf_standardized_errors.openapi_serializers.{name}.choices" for name in _ERROR_ENUMS},
    },
}

# --- Logs -------------------------------------------------------------------------------------------------
DJANGO_STRUCTLOG_CELERY_ENABLED = True
LOGGING = logs.configured(LOG_FORMAT, LOG_LEVEL)
