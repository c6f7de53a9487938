"""Loading the demo: in one transaction, so that a start that was interrupted leaves nothing behind and the next one begins anew."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, func, select

from schema.changes.change import change
from schema.changes.turns import wait_turn
from schema.context import SYSTEM
from schema.customers.models import CustomerRow
from schema.jobs.models import ImportTarget
from schema.quality.importing.plan import Plan
from schema.quality.importing.presets import ONLINE_RETAIL
from schema.quality.importing.reading import Source
from schema.quality.importing.run import IMPORTS, run_import
from server.database import Database
from server.demo.notes import add_consents, add_ties, derive_ties
from server.demo.staff import add_staff
from server.demo.surveys import add_survey

DATA = Path(__file__).parent / "data"
SOURCE = ONLINE_RETAIL.source  # whose customer numbers all the files use
Report = Callable[[str], None]

# In this order: the preset would make customers that it does not find.
FILES = (
    ("customers.csv", "customers", Plan(ImportTarget.CUSTOMERS, source=SOURCE)),
    ("transactions.csv.gz", "lines of purchases", ONLINE_RETAIL),
    ("reviews.csv", "reviews", Plan(ImportTarget.REVIEWS, source=SOURCE)),
    ("browse_events.csv.gz", "browse events", Plan(ImportTarget.BROWSE_EVENTS, source=SOURCE)),
)


def load(database: Database, report: Report) -> None:
    """Fill a database that has no customers; one that has some stays as it is. `report` gets a line for each step."""
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":  # of two servers that start at once, one waits; SQLite has one writer
            connection.execute(select(func.pg_advisory_xact_lock(IMPORTS)))
        elif database.dialect == "mariadb":
            wait_turn(connection, "importing")
        if connection.scalar(select(CustomerRow.id).limit(1)) is None:
            report("Loading demo data: real purchases, generated people …")
            fill(connection, report)


def fill(connection: Connection, report: Report) -> None:
    """Every change joins the connection's transaction."""
    staff = change(connection, SYSTEM, "demoStaffAdd", add_staff)
    for name, label, plan in FILES:
        report(f"  {import_file(connection, DATA / name, plan):,} {label}")
    change(connection, SYSTEM, "demoConsentsAdd", lambda work: add_consents(work, DATA / "consents.csv", SOURCE))
    survey = change(connection, SYSTEM, "demoSurveyAdd", lambda work: add_survey(work, DATA / "survey_responses.csv", SOURCE))
    report(f"  {survey['responses']} responses to a survey")
    report(f"  {add_ties(connection, DATA / 'relationships.csv', SOURCE, staff)} relationships noted by staff")
    report(f"  {derive_ties(connection):,} relationships derived from what customers bought")


def import_file(connection: Connection, path: Path, plan: Plan) -> int:
    """How many rows were taken. Every row must be."""
    outcome = run_import(connection, Source(path), plan)
    if outcome.error or outcome.rejected:
        raise RuntimeError(f"{path.name} of the demo does not fit this version: {outcome.error or next(iter(outcome.rejections))}")
    return outcome.read
