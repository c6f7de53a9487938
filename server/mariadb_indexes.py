"""Indexes on MariaDB, whose keys hold at most 3072 bytes: of a text without a length they hold the beginning."""

from typing import Any

from alembic.ddl.mysql import MariaDBImpl
from sqlalchemy import Index, bindparam, text

from schema.mariadb.dialect import KEPT

ENDLESS = text("SELECT column_name FROM information_schema.columns WHERE table_schema = database() AND table_name = :name "
               "AND data_type LIKE '%text' AND column_name IN :columns").bindparams(bindparam("columns", expanding=True))


class Impl(MariaDBImpl):
    """What Alembic does its operations with, once this module is imported."""

    __dialect__ = "mariadb"

    def create_index(self, index: Index, **options: Any) -> None:
        asked = {"name": index.table.name if index.table is not None else "", "columns": [column.name for column in index.columns]}
        assert self.connection is not None
        endless = list(self.connection.scalars(ENDLESS, asked)) if not index.unique else []
        if endless:
            index.dialect_options["mariadb"]["length"] = dict.fromkeys(endless, KEPT)
        super().create_index(index, **options)
