"""guanxi plugins check"""

from pathlib import Path
from typing import Any

import click

from server.command.analysing import parameters
from server.command.installation import config_option, settings_from


@click.command("check", short_help="Try a plugin, and say how far it can be trusted.")
@click.argument("name")
@click.option("--param", "params", multiple=True, metavar="ANALYSIS.KEY=VALUE",
              help="A parameter of an analysis, where the smallest input will not do.  [repeatable]")
@config_option
def check_command(name: str, params: tuple[str, ...], config: Path | None) -> None:
    """Try the plugin NAME (an installed one, allowed or not, a file or a module) on small data, and print where it stands: it runs, it is
    sound, it is good. The exit code is 1 when something does not hold. Nothing of this installation is touched."""
    from guanxi.testing.scale import check_plugin

    given: dict[str, Any] = parameters(params)
    section = settings_from(config).plugins.settings.get(name, {})
    try:
        scale = check_plugin(name, parameters=given, settings=section)
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from None
    click.echo(str(scale))
    if scale.complaints:
        raise SystemExit(1)
