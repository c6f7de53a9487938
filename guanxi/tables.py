"""The core's tables about customers, what ties them, what they bought, segments, and runs, to read from. Plugins write to
their own tables only."""

from schema.commerce.models import ProductRow, TransactionLineRow, TransactionRow
from schema.customers.models import ConsentRow, CustomerRow
from schema.jobs.models import JobRow
from schema.marketing.models import SegmentMemberRow, SegmentRow
from schema.relationships.models import RelationshipEndRow, RelationshipKindRow, RelationshipRow

__all__ = ["ConsentRow", "CustomerRow", "JobRow", "ProductRow", "RelationshipEndRow", "RelationshipKindRow", "RelationshipRow",
           "SegmentMemberRow", "SegmentRow", "TransactionLineRow", "TransactionRow"]
