"""The data of one moment: read from the database in one transaction, kept in Arrow files, mapped into memory."""
