"""A MariaDB server for tests, started once, and fresh migrated databases copied from a template."""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
from sqlalchemy import URL, make_url

from schema.mariadb.driver import connect
from server import migrations
from server.database import open_database

PROGRAMS = "/usr/local/sbin:/usr/sbin:/sbin"  # which are not on everybody's path
# What a test writes need not survive a power loss.
FAST = ("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--innodb-flush-method=nosync", "--sync-frm=0", "--skip-log-bin",
        "--innodb-buffer-pool-size=128M")
MEMORY = Path("/", "dev", "shm")  # each test has fifty tables made for it
PATIENCE = 60  # seconds until it answers


class NoServer(Exception):
    """Tests that were asked for cannot run."""


@contextmanager
def mariadb_server() -> Iterator[str]:
    """The address of a server: the one that GUANXI_TEST_MARIADB_URL names, or one that is started here."""
    given = os.environ.get("GUANXI_TEST_MARIADB_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="guanxi-mariadb-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    install, program = found("mariadb-install-db"), found("mariadbd")
    subprocess.run([install, "--no-defaults", *as_root(), "--auth-root-authentication-method=normal", "--skip-test-db",
                    f"--datadir={folder}/data"], check=True, capture_output=True)
    port = free_port()
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, "--no-defaults", *as_root(), f"--datadir={folder}/data", f"--socket={folder}/socket",
                                   f"--port={port}", "--bind-address=127.0.0.1", f"--pid-file={folder}/pid", *FAST], stdout=log, stderr=log)
    try:
        admit(folder, server)
        yield f"mariadb://guanxi:guanxi@127.0.0.1:{port}/mysql"
    finally:
        server.terminate()
        server.wait(PATIENCE)
        shutil.rmtree(folder)


def found(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path=PROGRAMS)
    if path is None:
        raise NoServer(f"There is no {name}: install MariaDB's server, or let GUANXI_TEST_MARIADB_URL name one.")
    return path


def as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def admit(folder: Path, server: subprocess.Popen[bytes]) -> None:
    """Waits for the server, and makes a user that may do everything."""
    deadline = time.monotonic() + PATIENCE
    while not (folder / "socket").exists():
        if server.poll() is not None or time.monotonic() > deadline:
            raise NoServer(f"MariaDB did not start: {(folder / 'log').read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.1)
    user = "root" if os.geteuid() == 0 else getpass.getuser()
    with pymysql.connect(unix_socket=f"{folder}/socket", user=user) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE USER guanxi@'127.0.0.1' IDENTIFIED BY 'guanxi'")
        cursor.execute("GRANT ALL ON *.* TO guanxi@'127.0.0.1'")


@dataclass(frozen=True)
class MariaDB:
    """A server, and the name of its migrated template database."""

    server: str
    template: str

    def create(self, template: str | None = None) -> str:
        """A new database, a copy of the template: its address."""
        address, model = self.create_empty(), template or self.template
        with connect(make_url(url(self.server, model))) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW TABLES")
            tables = [name for name, in cursor.fetchall()]
            filled = [name for name in tables if cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")]
            made = [cursor.execute(f"SHOW CREATE TABLE {name}") and cursor.fetchone()[1] for name in tables]
        command(address, "SET foreign_key_checks = 0", *made, *[f"INSERT INTO {name} SELECT * FROM {model}.{name}" for name in filled])
        return address

    def create_empty(self) -> str:
        name = f"guanxi_test_{uuid.uuid4().hex}"
        command(self.server, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return url(self.server, name)

    def drop(self, address: str) -> None:
        command(self.server, f"DROP DATABASE IF EXISTS {make_url(address).database}")


@contextmanager
def migrated_mariadb(server: str) -> Iterator[MariaDB]:
    name = f"guanxi_template_{uuid.uuid4().hex}"
    command(server, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    database = open_database(url(server, name))
    migrations.upgrade(database)
    database.engine.dispose()
    yield MariaDB(server, name)
    command(server, f"DROP DATABASE {name}")


def url(server: str, name: str) -> str:
    return make_url(server).set(drivername="mariadb", database=name).render_as_string(hide_password=False)


def fetched(address: URL, sql: str, parameters: tuple[Any, ...]) -> list[Any]:
    with connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def command(address: str, *statements: str) -> list[Any]:
    """The rows of the last one."""
    with connect(make_url(address)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())
