"""Builds the web application: settings, doors, pages, and the headers that every answer carries."""

from datetime import timedelta
from importlib import import_module

from flask import Flask, Response, request
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise

from config import Settings
from timebank.database import engine_options
from timebank.web import access, database, frame, letters, refusing, words

AREAS = (
    "about", "accounts", "answers", "applications", "audit_log", "blocks", "board", "bulk", "cards",
    "categories", "concerns", "contact", "corrections", "desk", "exchanges", "give", "home", "invitations", "join",
    "leaving", "letters", "look", "members", "merging", "own_data", "paid_hours", "people", "pictures",
    "places", "policy", "profile", "reports", "safeguarding", "sheets", "signing", "standing", "statement",
    "stopping", "supporters", "terms", "thanks", "today", "together", "vetting",
)  # fmt: skip
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_LONGEST_REQUEST = 256 * 1024


def build(settings: Settings) -> Flask:
    """The application with these settings."""
    app = Flask("timebank", instance_path=str(settings.instance))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        DEBUG=settings.debug,
        SQLALCHEMY_ENGINES={"default": engine_options(settings.database)},
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="timebank",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=settings.https,
        MAX_CONTENT_LENGTH=_LONGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=_LONGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        TIMEBANK=settings,
    )
    app.url_map.converters["int"] = _Number
    _templates(app)
    for part in (database, access, words, frame, refusing, letters):
        part.init(app)
    for name in AREAS:
        app.register_blueprint(import_module(f"timebank.web.pages.{name}").pages)
    app.after_request(_headers)
    _serve_files(app, settings)
    return app


class _Number(IntegerConverter):
    """A number in an address, no larger than the database can hold."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def _templates(app: Flask) -> None:
    WTFormsHelpers(app)
    kits = PrefixLoader(
        {
            "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
            "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
        }
    )
    app.jinja_loader = ChoiceLoader([PackageLoader("timebank"), kits])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.autoescape = True


def _serve_files(app: Flask, settings: Settings) -> None:
    whitenoise = WhiteNoise(app.wsgi_app, root=app.static_folder, prefix="static/", max_age=3600)
    app.wsgi_app = whitenoise  # type: ignore[method-assign]
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]


def _headers(response: Response) -> Response:
    """What a browser may do with our pages; and none of them is kept where others could read it."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
