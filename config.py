"""The settings of an install: from the defaults below, the instance folder's timebank.toml, and TIMEBANK_… variables.

Later ones win. What would be unsafe in production is refused before anything starts.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

PREFIX = "TIMEBANK_"
DEFAULT_SECRET = "change me"  # noqa: S105 - refused in production
SHORTEST_SECRET = 32


class BadSettings(Exception):
    """The settings do not make a timebank that may run; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an install can set."""

    instance: Path
    production: bool = True
    debug: bool = False
    secret_key: str = DEFAULT_SECRET
    database_url: str = ""  # empty: timebank.db in the instance folder
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    proxies: int = 0  # how many proxies of ours stand in front and may be believed about addresses
    https: bool = True  # cookies travel over https only; off where the pages are read at http://localhost
    address: str = ""  # as letters name it, for example https://hours.example.org; empty: http, the host and the port
    mail_server: str = ""  # empty: letters are printed to the console, or laid into mail_folder
    mail_folder: str = ""  # a folder for letters as files, where there is no mail server; within the instance folder
    mail_port: int = 587
    mail_username: str = ""
    mail_password: str = ""
    mail_starttls: bool = True
    mail_sender: str = "timebank@localhost"

    @property
    def database(self) -> str:
        """The database's address in SQLAlchemy's words; PostgreSQL is spoken to through psycopg 3."""
        url = self.database_url or f"sqlite:///{self.instance / 'timebank.db'}"
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url


def load(instance: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the install whose instance folder this is; without one, TIMEBANK_INSTANCE or ./instance.

    Raises:
        BadSettings: a setting is unknown, unreadable, or unsafe in production.
    """
    folder = (instance or Path(environment.get(PREFIX + "INSTANCE", "instance"))).absolute()
    settings = Settings(instance=folder)
    settings = _with(settings, _from_file(folder / "timebank.toml"), source="timebank.toml")
    told = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)}
    known = {field.name for field in fields(Settings)} - {"instance"}
    settings = _with(settings, {name: told[name] for name in told.keys() & known}, source="the environment")
    return _safe(settings)


def _from_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"The settings in {path} cannot be read: {error}.") from error


def _with(settings: Settings, told: Mapping[str, object], *, source: str) -> Settings:
    kinds = {field.name: field.type for field in fields(Settings) if field.name != "instance"}
    unknown = sorted(told.keys() - kinds.keys())
    if unknown:
        raise BadSettings(f"There is no setting {unknown[0]!r}, which {source} sets.")
    read: dict[str, Any] = {name: _read(name, value, kinds[name], source) for name, value in told.items()}
    return replace(settings, **read)


def _read(name: str, value: object, kind: object, source: str) -> str | int | bool:
    """The value as its field wants it: a word stays a word, also one of digits."""
    text = str(value).strip()
    if kind is bool:
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off", ""):
            return False
    elif kind is int:
        if text.isascii() and text.isdecimal():
            return int(text)
    elif isinstance(value, str):
        return value
    raise BadSettings(f"The setting {name!r} in {source} cannot be {text!r}.")


def _safe(settings: Settings) -> Settings:
    if not settings.production:
        return settings
    if settings.debug:
        raise BadSettings(
            "The timebank does not start in production with debug on: it would show its inside to anyone."
        )
    if settings.secret_key == DEFAULT_SECRET or len(settings.secret_key) < SHORTEST_SECRET:
        raise BadSettings(
            "The timebank does not start in production without a secret of its own: run 'timebank init', which writes"
            f" one, or set {PREFIX}SECRET_KEY to at least {SHORTEST_SECRET} signs that nobody can guess."
        )
    if settings.mail_server and settings.mail_folder:
        raise BadSettings("Letters go to a mail server or into a folder: set mail_server or mail_folder, not both.")
    if settings.mail_server and not settings.address:
        raise BadSettings(
            "Letters cannot be sent without the address that their links lead to: set address, for example"
            " 'https://hours.example.org'."
        )
    return settings
