"""Runs migrations on the connection that `local_db.migrate` hands over."""

from alembic import context

from local_db import audit_models, conflict_models, day_models, device_models, online_models, sending_models
from local_db.models import Base

_ALL = (
    audit_models.AuditRow,
    conflict_models.SettlementRow,
    day_models.DayActRow,
    device_models.PrintRow,
    online_models.OnlineRow,
    sending_models.OutboxRow,
)
"""So that every table is known."""

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
