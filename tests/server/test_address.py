"""Addresses of databases: what is understood, and the sentence for what is not."""

from pathlib import Path

import pytest

from server.database import DatabaseProblem, open_database
from server.database.address import parse_address


def test_a_relative_path_starts_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_address("sqlite:///guanxi.db").path == tmp_path / "guanxi.db"
    assert parse_address(f"sqlite:///{tmp_path}/guanxi.db").path == tmp_path / "guanxi.db"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_the_same_driver(scheme: str) -> None:
    address = parse_address(f"{scheme}://me:p%40ss@db.example.org:5433/crm?sslmode=require")
    assert address.url.drivername == "postgresql+psycopg"
    parts = {"host=db.example.org", "port=5433", "user=me", "password=p@ss", "dbname=crm", "sslmode=require"}
    assert parts <= set(address.conninfo.split(" "))
    assert str(address) == "postgresql://me@db.example.org:5433/crm"


def test_options_of_the_address_are_kept_beside_ours() -> None:
    address = parse_address("postgresql:///crm?options=-csearch_path%3Dsales&connect_timeout=9")
    assert address.url.query["connect_timeout"] == "9"
    assert str(address.url.query["options"]).endswith(" -csearch_path=sales")
    assert "timezone=UTC" in address.url.query["options"]


@pytest.mark.parametrize(("url", "said"), [
    ("not an address with secret", "cannot be read"),
    ("postgresql://me:secret@host:port/name", "cannot be read"),
    ("oracle://me:secret@host/name", "not in “oracle”"),
    ("mysql://me:secret@host/name", "has not been tried on MySQL"),
    ("mariadb://me:secret@host", "names no database"),
    ("mariadb://me:secret@host/name?charset=latin1", "takes the options ssl_ca and unix_socket, not charset"),
    ("mariadb://me:secret@127.0.0.1:9/name", "MariaDB does not answer at mariadb://me@127.0.0.1:9/name"),
    ("sqlite://", "in a file"),
    ("sqlite:///:memory:", "in a file"),
    ("sqlite://guanxi.db", "three slashes"),
    ("sqlite:///guanxi.db?mode=ro", "takes no options"),
    ("sqlite:////no/such/folder/guanxi.db", "The folder /no/such/folder for the database does not exist"),
    ("sqlite:////usr", "is a folder"),
    ("postgresql://me:secret@host", "names no database"),
    ("postgresql://me:secret@127.0.0.1:9/name", "does not answer at postgresql://me@127.0.0.1:9/name"),
])
def test_what_cannot_be_opened_is_said_in_one_sentence_without_the_password(url: str, said: str) -> None:
    with pytest.raises(DatabaseProblem) as caught:
        open_database(url)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100, encoding="utf-8")
    with pytest.raises(DatabaseProblem, match="not a database of SQLite"):
        open_database(f"sqlite:///{path}")
    assert path.read_text(encoding="utf-8").startswith("Dear Sir")
