"""What is set about the Dask cluster that computes runs: where its scheduler is, and what protects the way there."""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

LEAST_LEASE = 20.0  # seconds, of runs on a cluster
ADDRESS = re.compile(r"(tls|tcp)://(\[[0-9a-fA-F:.]+\]|[^:/\[\]\s]+):[0-9]{1,5}")


class Dask(BaseModel):
    """The cluster that computes runs, where they are not computed beside the server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scheduler: str = Field(default="", description="Address of the Dask scheduler: `tls://host:8786`, or `tcp://127.0.0.1:8786` here.")
    ca: Path | None = Field(default=None, description="File of the certificate that those of the cluster are signed with.")
    certificate: Path | None = Field(default=None, description="File of the server's certificate for the cluster.")
    key: Path | None = Field(default=None, description="File of that certificate's key.")

    @model_validator(mode="after")
    def protected(self) -> Self:
        """Dask runs whatever it is sent: on a network it has to know from whom."""
        if self.scheduler:
            check_scheduler(self.scheduler, [self.ca, self.certificate, self.key])
        return self


def check_scheduler(address: str, files: Sequence[Path | None]) -> None:
    """Raises PydanticCustomError in words."""
    if not ADDRESS.fullmatch(address):
        raise PydanticCustomError("scheduler", "An address of a scheduler is tls://HOST:PORT, or tcp://127.0.0.1:PORT on this machine")
    scheme = address.partition("://")[0]
    if scheme == "tcp" and not on_loopback(address):
        raise PydanticCustomError("tls", "The scheduler is not on this machine, and its address does not begin with tls://: Dask runs "
                                  "whatever it is sent, so without TLS anybody on the network could have anything run")
    missing = [file for file in files if file is None or not file.is_file()]
    if scheme == "tls" and missing:
        raise PydanticCustomError("tls", "With tls://, runs.dask.ca, certificate and key have to name three files that are there")


def on_loopback(address: str) -> bool:
    """
    >>> [on_loopback(one) for one in ("tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tls://localhost:1", "tcp://127.0.0.1.example.com:1")]
    [True, True, True, False]
    """
    host = address.partition("://")[2].rpartition(":")[0].strip("[]")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
