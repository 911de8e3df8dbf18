"""What the commands share: the install's settings, its database, and a no said in one sentence."""

import os
import secrets
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

import config
from timebank.commands.upgrading import is_current
from timebank.database import engine_options, prepare
from timebank.refusals import Refusal


class Commands(click.Group):
    """The commands; whatever is refused is said in one sentence, and the exit code is 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (Refusal, config.BadSettings) as no:
            raise click.ClickException(str(no)) from no
        except ArgumentError as error:
            raise click.ClickException(
                "The database's address cannot be understood; see TIMEBANK_DATABASE_URL."
            ) from error
        except DBAPIError as error:
            first = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
            raise click.ClickException(f"The database did not do it: {first}.") from error
        except OSError as error:
            raise click.ClickException(
                f"{error.strerror or error}: {error.filename or ''}".rstrip(": ") + "."
            ) from error


def called() -> str:
    """The program as whoever called it can call it again: by its name where that finds it, or else as it was typed."""
    typed = sys.argv[0]
    if Path(typed).name != "timebank" or shutil.which("timebank") == typed:
        return "timebank"
    return shlex.quote(typed)


def settings() -> config.Settings:
    """The install's settings."""
    return config.load()


def instance_folder() -> Path:
    """Where this install keeps its settings and, on SQLite, its database."""
    return Path(os.environ.get(config.PREFIX + "INSTANCE", "instance")).absolute()


def write_settings(folder: Path, *, production: bool) -> bool:
    """The instance folder has its settings, with a secret of its own, and true is answered; older ones are kept."""
    path = folder / "timebank.toml"
    if path.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'secret_key = "{secrets.token_urlsafe(48)}"']
    if not production:
        lines += ["production = false", "https = false", 'mail_folder = "letters"']
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return True


def engine_of(told: config.Settings) -> Engine:
    """An engine on the install's database."""
    engine = create_engine(**engine_options(told.database))
    prepare(engine)
    return engine


def missing(told: config.Settings) -> str | None:
    """What the install's database lacks before it can be used, as a sentence; None where it lacks nothing."""
    url = make_url(told.database)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        return f"There is no database at {url.database}. Run 'timebank init' first."
    engine = engine_of(told)
    try:
        if not is_current(engine):
            return "The database does not have the tables of this version. Run 'timebank upgrade' first."
    except OperationalError as error:
        first = str(error.orig).strip().splitlines()[0]
        return f"The database cannot be opened: {first}."
    except DBAPIError as error:
        return f"That is no database of the timebank: {str(error.orig).strip().splitlines()[0]}."
    finally:
        engine.dispose()
    return None


@contextmanager
def open_session(ctx: click.Context) -> Iterator[Session]:
    """A session on the install's database; what is not committed inside is not kept."""
    del ctx
    told = settings()
    lacks = missing(told)
    if lacks:
        raise click.ClickException(lacks)
    engine = engine_of(told)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()
