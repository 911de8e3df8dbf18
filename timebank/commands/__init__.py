"""The `timebank` command: for who runs the place."""

from importlib import import_module

import click

from timebank.commands.house import Commands

MODULES = {
    "audit": "audit",
    "create": "create",
    "demo": "demo",
    "enrol": "enrol",
    "import": "import_",
    "init": "init",
    "seal": "seal",
    "serve": "serve",
    "upgrade": "upgrade",
    "worker": "worker",
}


class Timebank(Commands):
    """The commands by name; a module is read only when its command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        del ctx
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        del ctx
        if cmd_name not in MODULES:
            return None
        command: click.Command = import_module(f"timebank.commands.{MODULES[cmd_name]}").command
        return command


main = Timebank(name="timebank", help="A reciprocity timebank: run it, look after it, and see that its book is right.")
