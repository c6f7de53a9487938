"""Publishing: which run answers for a slot of an analysis. The last one to publish wins, and what it answers for is all its own."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from schema.analyses.models import PublishedRunRow
from schema.changes.change import Change
from schema.changes.turns import wait_turn
from schema.checking import Faults, checked_id
from schema.errors import ErrorCode
from schema.extending.catalogue import Catalogue
from schema.jobs.models import JobRow, JobStatus

PUBLISHING = 0x67757870  # "guxp": the advisory locks of publishers


def run_of(work: Change, id_: str, place: Faults) -> JobRow:
    """The run that an input names. Raises `Refused`."""
    number = checked_id(id_, "j", "AnalysisRun", place)
    row = None if number is None else work.session.get(JobRow, number, with_for_update=True)
    if number is not None and (row is None or row.plugin is None):
        place.add(ErrorCode.NOT_FOUND, "no_run", id=id_)
    place.refuse()
    assert row
    return row


def publish(work: Change, id_: str, catalogue: Catalogue) -> dict[str, Any]:
    """The run answers for all its slots from now on. Returns it, and the runs that it takes the place of."""
    place = Faults().at("id")
    run = run_of(work, id_, place)
    if run.kind not in catalogue.analyses:
        place.add(ErrorCode.CONFLICT, "analysis_gone", kind=run.kind)
    if run.status is not JobStatus.SUCCEEDED:
        place.add(ErrorCode.CONFLICT, "run_not_ended", status=run.status.name)
    elif not run.slots:
        place.add(ErrorCode.CONFLICT, "run_no_slots")
    place.refuse()
    take_turns(work.session, run.kind)
    return {"run": run.id, "replaced": sorted({before for slot in run.slots or () if (before := take_slot(work, run, slot)) is not None})}


def take_turns(session: Session, kind: str) -> None:
    """SQLite has one writer. Elsewhere, two who publish at the same moment would not see each other's runs."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(PUBLISHING, func.hashtext(kind))))
    elif session.get_bind().dialect.name == "mariadb":
        wait_turn(session.connection(), f"publishing:{kind}")


def take_slot(work: Change, run: JobRow, slot: str) -> int | None:
    """The number of the run that answered before, if that was another."""
    row = work.session.get(PublishedRunRow, (run.kind, slot))
    if row is None:
        work.session.add(PublishedRunRow(kind=run.kind, slot=slot, run_id=run.id, staff_id=work.caller.staff_id))
        return None
    before = row.run_id
    if before == run.id:
        return None
    work.session.delete(row)  # with its moment and publisher
    work.session.flush()
    work.session.add(PublishedRunRow(kind=run.kind, slot=slot, run_id=run.id, staff_id=work.caller.staff_id))
    return before


def unpublish(work: Change, id_: str) -> dict[str, Any]:
    """Nothing answers for the run's slots any more. One that is not published stays as it is."""
    run = run_of(work, id_, Faults().at("id"))
    take_turns(work.session, run.kind)
    gone = work.session.execute(delete(PublishedRunRow).where(PublishedRunRow.run_id == run.id).returning(PublishedRunRow.slot)).all()
    if gone:
        work.wrote("job", run.id, ["published"])
    return {"run": run.id}
