"""Runs the steps on the connection that ``scanner.inventory.migration`` hands over."""

from alembic import context

from scanner.inventory.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
context.run_migrations()
