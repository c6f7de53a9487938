"""The database: its address, the engine for writers, the readers, and what can be wrong with it."""

from server.database.database import Database, open_database
from server.database.problems import DatabaseProblem

__all__ = ["Database", "DatabaseProblem", "open_database"]
