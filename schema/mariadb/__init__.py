"""MariaDB: a dialect of SQLAlchemy, and how a connection is opened. Nothing here is imported where another database is used."""
