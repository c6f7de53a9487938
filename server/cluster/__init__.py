"""Computing runs on a Dask cluster. Beside the server a relay stands in for the worker; on a machine of the cluster a host starts the
worker itself, and the two of them pass on what it is told and what it says. The server process imports nothing of it."""
