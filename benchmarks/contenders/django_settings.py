"""Django's settings for the two ledgers that run on it; the rest is as Django is shipped.

On SQLite it is held to what the timebank holds itself to: write ahead, wait for the disk, say BEGIN IMMEDIATE.
"""

import os

from sqlalchemy.engine import make_url

from benchmarks.contenders.on_django import ADDRESS, APPS

_url = make_url(os.environ[ADDRESS])
_on_sqlite = _url.get_backend_name() == "sqlite"

SECRET_KEY = "only for measuring"  # noqa: S105 - nothing is signed with it
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DJANGO_LEDGER_USE_DEPRECATED_BEHAVIOR = False
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", *os.environ[APPS].split()]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _url.database,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
        },
    }
    if _on_sqlite
    else {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.database,
        "USER": _url.username,
        "PASSWORD": _url.password or "",
        "HOST": _url.query.get("host", _url.host),
    }
}
