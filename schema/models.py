"""Every table of the core: importing this module fills `Row.metadata`, which migrations are compared with."""

from schema.analyses import models as analyses
from schema.changes import models as changes
from schema.commerce import models as commerce
from schema.customers import models as customers
from schema.jobs import models as jobs
from schema.marketing import models as marketing
from schema.relationships import models as relationships
from schema.rows import Row
from schema.staff import models as staff
from schema.surveys import models as surveys

__all__ = ["analyses", "changes", "commerce", "customers", "jobs", "marketing", "metadata", "relationships", "staff", "surveys"]
metadata = Row.metadata
