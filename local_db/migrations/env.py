"""Runs migrations on the connection that `local_db.migrate` hands over."""

from alembic import context

from local_db.device_models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
