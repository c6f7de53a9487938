"""Tests of runs on a Dask cluster: real schedulers and workers, as processes of this machine."""
