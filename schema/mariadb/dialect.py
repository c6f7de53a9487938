"""MariaDB in the words of SQLAlchemy, so that the tables and statements of the other databases mean the same there.

Text is compared by its bytes and without padding; text and binary data get the types that can hold and index them; floats are double.
"""

from typing import Any

from sqlalchemy.dialects.mysql.base import MySQLCompiler, MySQLDDLCompiler, MySQLTypeCompiler
from sqlalchemy.dialects.mysql.mariadb import loader
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

COLLATION = "utf8mb4_nopad_bin"
TABLE = f"ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE {COLLATION}"
COUNTS = "counts_"  # what the names of columns begin with that stand for the condition of an index
KEPT = 190  # characters of a text without a length that a key holds: four such texts fill one


class Compiler(MySQLCompiler):
    def visit_nulls_last_op_unary_modifier(self, unary: UnaryExpression[Any], _operator: Any, **options: Any) -> str:
        """NULL is the least value here, so it is last by itself where the order descends."""
        return self._with_nulls(unary, operators.asc_op, "IS NULL", **options)

    def visit_nulls_first_op_unary_modifier(self, unary: UnaryExpression[Any], _operator: Any, **options: Any) -> str:
        return self._with_nulls(unary, operators.desc_op, "IS NOT NULL", **options)

    def visit_length_func(self, function: Any, **options: Any) -> str:
        return f"char_length{self.function_argspec(function, **options)}"

    def _with_nulls(self, unary: UnaryExpression[Any], way: Any, test: str, **options: Any) -> str:
        ordered: Any = unary.element
        descending = getattr(ordered, "modifier", None) is operators.desc_op
        plain = ordered.element if descending or getattr(ordered, "modifier", None) is operators.asc_op else ordered
        written = self.process(ordered, **options)
        if descending is not (way is operators.desc_op):
            return written
        return f"({self.process(plain, **options)}) {test}, {written}"


class TypeCompiler(MySQLTypeCompiler):
    def visit_VARCHAR(self, type_: Any, **options: Any) -> str:  # noqa: N802  SQLAlchemy's name
        if not type_.length:
            return "LONGTEXT"
        bytewise = type_.collation == "C"  # PostgreSQL's word for what every table here does
        return f"VARCHAR({type_.length})" if bytewise else super().visit_VARCHAR(type_, **options)

    def visit_FLOAT(self, type_: Any, **options: Any) -> str:  # noqa: N802
        return "DOUBLE"

    def visit_large_binary(self, type_: Any, **options: Any) -> str:
        return f"VARBINARY({type_.length})" if type_.length else "LONGBLOB"


class DDLCompiler(MySQLDDLCompiler):
    def visit_create_index(self, create: Any, *_: Any, **options: Any) -> str:
        """There are no indexes of some rows. For a unique one an invisible column says which rows count: NULL never clashes."""
        index = create.element
        where = index.dialect_options["sqlite"]["where"]
        if where is None or not index.unique:
            return super().visit_create_index(create, **options)
        counts, name = self.preparer.quote(f"{COUNTS}{index.name}"), self.preparer.format_index(index)
        columns = ", ".join([*[self.preparer.format_column(column) for column in index.columns], counts])
        condition = self.sql_compiler.process(where, include_table=False, literal_binds=True)
        return (f"ALTER TABLE {self.preparer.format_table(index.table)} ADD COLUMN {counts} TINYINT AS (CASE WHEN {condition} THEN 1 END) "
                f"VIRTUAL INVISIBLE, ADD UNIQUE INDEX {name} ({columns})")

    def post_create_table(self, table: Any) -> str:
        return f" {TABLE}"

    def define_primary_key_body(self, constraint: Any, **options: Any) -> str:
        """A text without a length is told apart by its beginning."""
        columns = constraint.columns_autoinc_first if constraint._implicit_generated else constraint.columns  # noqa: SLF001  as SQLAlchemy
        return f"PRIMARY KEY ({', '.join(map(self._of_key, columns))})"

    def _of_key(self, column: Any) -> str:
        written = self.dialect.type_compiler_instance.process(column.type)
        return self.preparer.quote(column.name) + (f"({KEPT})" if written == "LONGTEXT" else "")


class Dialect(loader("pymysql")):  # type: ignore[misc]  # a class that SQLAlchemy makes
    """Of engines (`mariadb+guanxi`), and of statements that readers send."""

    driver = "guanxi"
    supports_statement_cache = True
    statement_compiler = Compiler
    type_compiler_cls = TypeCompiler
    ddl_compiler = DDLCompiler
