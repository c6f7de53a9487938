"""What plugins bring to a schema, as records: the schema knows contributions, never plugins."""
