"""The core's tables about customers, what ties them, products and runs, to read from. Plugins write to their own tables only."""

from schema.commerce.models import ProductRow
from schema.customers.models import CustomerRow
from schema.jobs.models import JobRow
from schema.relationships.models import RelationshipEndRow, RelationshipKindRow, RelationshipRow

__all__ = ["CustomerRow", "JobRow", "ProductRow", "RelationshipEndRow", "RelationshipKindRow", "RelationshipRow"]
