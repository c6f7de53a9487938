"""guanxi plugins new"""

from pathlib import Path

import click


@click.command("new", short_help="Make a new plugin, a distribution with tests.")
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to; else guanxi-NAME, here.")
def new_command(name: str, folder: Path | None) -> None:
    """Make a plugin called NAME: an analysis with a table, a field of customers with a filter and an order, a chart, settings, and tests,
    for you to change. It runs as it stands."""
    from server.template import Unfit, make

    place = folder or Path(f"guanxi-{name}")
    try:
        files = make(name, place)
    except Unfit as unfit:
        raise click.ClickException(str(unfit)) from None
    click.echo(f"Made {len(files)} files in {place}. Next:\n\n"
               f"  cd {place}\n"
               "  python -m pip install --editable \".[test]\"\n"
               "  python -m pytest\n"
               f"  guanxi plugins check {name}")
