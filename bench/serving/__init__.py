"""How fast Guanxi answers beside its peers on one database: `make bench-serving`. docs/performance.md tells how to read it."""
