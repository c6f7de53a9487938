"""The address of a database, as settings and the command line give it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from server.database.problems import DatabaseProblem

FORMS = "Write sqlite:///guanxi.db for a file, postgresql://user@host/name for PostgreSQL, or mariadb://user@host/name for MariaDB."
MARIADB_OPTIONS = frozenset({"ssl_ca", "unix_socket"})
PATIENCE = 10.0  # seconds that a writer waits for another one
# A dead server is noticed within seconds (connect_timeout in s, tcp_user_timeout in ms), also by who only waits for its answer; an address
# may say otherwise.
POSTGRES_LIMITS = {"connect_timeout": "2", "tcp_user_timeout": "2500", "keepalives_idle": "5", "keepalives_interval": "2",
                   "keepalives_count": "3", "application_name": "guanxi"}
POSTGRES_SESSION = f"-c timezone=UTC -c lock_timeout={int(PATIENCE * 1000)}"


@dataclass(frozen=True)
class Address:
    """Where a database is: `path` for SQLite, `url` with its password for a server."""

    dialect: Literal["sqlite", "postgresql", "mariadb"]
    url: URL
    path: Path | None = None

    @property
    def conninfo(self) -> str:
        """The form that PostgreSQL's own library reads. It holds the password."""
        from psycopg.conninfo import make_conninfo

        options = {name: value if isinstance(value, str) else ",".join(value) for name, value in self.url.query.items()}
        return make_conninfo("", **{**self.url.translate_connect_args(username="user", database="dbname"), **options})

    def __str__(self) -> str:
        """For people: the file, or the address without password and options."""
        shown = URL.create(self.dialect, self.url.username, None, self.url.host, self.url.port, self.url.database)
        return str(self.path or shown)


def parse_address(text: str) -> Address:
    """Raises `DatabaseProblem`. A relative path of SQLite starts from the current folder."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseProblem(f"The database address cannot be read. {FORMS}") from None
    match url.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return _file(url)
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return _server(url)
        case "mariadb" | "mariadb+pymysql" | "mariadb+guanxi":
            return _mariadb(url)
        case "mysql" | "mysql+pymysql":
            raise DatabaseProblem("Guanxi has not been tried on MySQL, so it takes no address of one. For MariaDB write "
                                  "mariadb://user@host/name.")
    raise DatabaseProblem(f"Guanxi keeps its data in SQLite, PostgreSQL or MariaDB, not in “{url.drivername}”. {FORMS}")


def _file(url: URL) -> Address:
    if url.host:
        raise DatabaseProblem(f"A path follows three slashes: sqlite:///{url.host} in the current folder, sqlite:////full/path elsewhere.")
    if not url.database or url.database == ":memory:":
        raise DatabaseProblem("Guanxi needs SQLite in a file, because several connections share it. Write sqlite:///guanxi.db.")
    if url.query:
        raise DatabaseProblem(f"An address of SQLite takes no options: leave out everything after the “?” behind {url.database}.")
    path = Path(url.database).expanduser().absolute()
    if not path.parent.is_dir():
        raise DatabaseProblem(f"The folder {path.parent} for the database does not exist: create it, or name another file.")
    if path.is_dir():
        raise DatabaseProblem(f"{path} is a folder: name a file in it, such as sqlite:///{path}/guanxi.db.")
    return Address("sqlite", URL.create("sqlite+pysqlite", database=str(path)), path)


def _server(url: URL) -> Address:
    if not url.database:
        raise DatabaseProblem("The address of PostgreSQL names no database. Write postgresql://user@host/name.")
    given = url.query.get("options", "")
    options = " ".join([POSTGRES_SESSION, *([given] if isinstance(given, str) else given)]).strip()
    return Address("postgresql", url.set(drivername="postgresql+psycopg", query={**POSTGRES_LIMITS, **url.query, "options": options}))


def _mariadb(url: URL) -> Address:
    if not url.database:
        raise DatabaseProblem("The address of MariaDB names no database. Write mariadb://user@host/name.")
    if unknown := sorted(set(url.query) - MARIADB_OPTIONS):
        raise DatabaseProblem(f"An address of MariaDB takes the options {' and '.join(sorted(MARIADB_OPTIONS))}, not {', '.join(unknown)}.")
    return Address("mariadb", url.set(drivername="mariadb+guanxi"))
