"""What answers the inquiries of one application, put together from its settings and its plugins."""

from typing import TYPE_CHECKING

from schema.compose import Schema
from schema.extending.catalogue import Catalogue
from server.database import Database
from server.inquiries.answering import Answering
from server.inquiries.warm import InquiryLimits, WarmProcess
from server.runs.dispatcher import Dispatcher
from server.runs.task import address_in_full

if TYPE_CHECKING:
    from server.settings import Settings  # pydantic is not needed to serve


def inquiries_of(settings: "Settings", database: Database, schema: Schema, catalogue: Catalogue,
                 runs: Dispatcher) -> Answering:
    """They are answered by a process that was kept ready for runs."""
    chosen, files = settings.inquiries, settings.files_folder
    limits = InquiryLimits(chosen.seconds, int(chosen.memory or settings.runs.memory), chosen.waiting)
    setup = {"database": address_in_full(database.address), "files": str(files), "room": int(settings.retention.snapshots)}
    process = WarmProcess(runs.workers, setup, limits)
    return Answering(schema, catalogue, settings.reporting_currency, process, limits, files, runs.keep_spare)
