"""The timebank: create_app() puts the house together, and is the only place that knows all of it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The web application with these settings, or with those of the instance folder and the environment.

    Raises:
        config.BadSettings: the settings do not make a timebank that may run.
    """
    import config  # noqa: PLC0415 - below this package nobody is to know the settings or the web
    from timebank.web.house import build  # noqa: PLC0415

    return build(settings or config.load())
