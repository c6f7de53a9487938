"""The command `guanxi`: one module a subcommand."""

import click

from server.command.lazily import Commands

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


@click.command(cls=Commands, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="guanxi", message="guanxi %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Guanxi (关系): a GraphQL server for customer relationship maps and customer analytics."""
    if ctx.invoked_subcommand != "doctor":  # it tells of everything that is wrong, of this too
        from server.packages import foreign_packages

        for sentence in foreign_packages():
            raise click.ClickException(sentence)
