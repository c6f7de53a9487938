"""guanxi schema"""

import click


@click.command("schema")
def schema_command() -> None:
    """Print the GraphQL schema."""
    from schema.roots import build_schema

    # The database makes no difference to what can be asked.
    click.echo(build_schema("sqlite").as_str())
