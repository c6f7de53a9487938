"""The command `guanxi`: one module a subcommand, loaded when it is asked for, so that help is quick."""

import importlib

import click

# name -> where the click command is
COMMANDS = {
    "serve": "server.command.serving:serve_command",
    "migrate": "server.command.migrating:migrate_command",
    "import": "server.command.importing:import_command",
    "analyse": "server.command.analysing:analyse_command",
    "runs": "server.command.listing_runs:runs_command",
    "plugins": "server.command.plugin_commands:plugins_command",
    "token": "server.command.tokens:token_command",
    "sign-in": "server.command.signing_in:sign_in_command",
    "schema": "server.command.sdl:schema_command",
    "doctor": "server.command.diagnosis:doctor_command",
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="guanxi", message="guanxi %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Guanxi (关系): a GraphQL server for customer relationship maps and customer analytics."""
    if ctx.invoked_subcommand != "doctor":  # it tells of everything that is wrong, of this too
        from server.packages import foreign_packages

        for sentence in foreign_packages():
            raise click.ClickException(sentence)
