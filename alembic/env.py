"""Runs the migrations of one owner, the core or a plugin, on the connection and in the transaction that it is given.

Called through `server.migrations`, never by the `alembic` command: see there.
"""

from alembic import context

owner = context.config.attributes["owner"]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=owner.metadata,
    version_table=owner.version_table,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
