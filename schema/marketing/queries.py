"""Root fields about segments."""

import strawberry

from schema.marketing.models import SegmentRow
from schema.marketing.types import Segment, SegmentConnection
from schema.querying.declare import lookup, many


@strawberry.type
class MarketingQueries:
    segment: Segment | None = lookup("A segment by its id.")
    segments: SegmentConnection | None = many(None, "Segments, by name.", default_order=[(SegmentRow.name, False)])
