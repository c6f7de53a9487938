"""Runs the migrations of one owner, the core or a plugin, on the connection and in the transaction that it is given.

Called through `server.migrations` and `server.draft`, never by the `alembic` command: see there.
"""

from alembic import context

attributes = context.config.attributes
owner = attributes["owner"]

context.configure(
    connection=attributes["connection"],
    target_metadata=owner.metadata,
    version_table=owner.version_table,
    **attributes["comparison"],
)
context.run_migrations()
