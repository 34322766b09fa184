"""Runs the region's migrations inside the transaction that `region.database.migrate` has begun."""

from alembic import context

from region import conflict_models as _conflicts  # noqa: F401 - their tables belong to the same metadata
from region.figures import models as _figures  # noqa: F401
from region.models import Base
from region.notices import models as _notices  # noqa: F401
from region.portal import models as _portal  # noqa: F401
from region.registry import models as _registry  # noqa: F401
from region.registry import review_models as _review  # noqa: F401
from region.slots import models as _slots  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
