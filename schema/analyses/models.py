"""Which runs are published. The runs themselves are rows of the table of jobs."""

import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from schema.rows import Reference, Row, text, utc_now


class PublishedRunRow(Row):
    """The run that answers for a slot of an analysis: `pageRank` of `graphMetrics`. One run may answer for several slots."""

    __tablename__ = "published_runs"
    kind: Mapped[str] = mapped_column(text(64), primary_key=True)
    slot: Mapped[str] = mapped_column(text(200), primary_key=True)
    run_id: Mapped[Reference] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    published_at: Mapped[datetime.datetime] = mapped_column(default=utc_now)
    staff_id: Mapped[Reference | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
