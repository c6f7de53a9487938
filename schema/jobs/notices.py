"""How PostgreSQL tells everybody who listens that a job was changed, or which run is published."""

CHANNEL = "guanxi_jobs"  # the payload is the job's number
