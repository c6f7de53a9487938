"""The running server: settings, sign-in, GraphQL over HTTP, health, the command line."""
