"""GraphQL over HTTP: reading a request, checking its document, executing it, wording what went wrong."""
