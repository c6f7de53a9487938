"""The language of Guanxi: what is stored and what is shown. It knows neither plugins nor the server."""

# Start-up and `guanxi doctor` read this: another distribution called `schema` may lie in the same environment.
MARK = "guanxi"
