"""Settings: from `guanxi.toml`, from `GUANXI_*` in the environment, and from the command line, the later winning.

docs/operating.md holds the same table for readers; a test keeps the two together.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ByteSize, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from pydantic_settings import SettingsError as PydanticSettingsError

from server.cluster_settings import LEAST_LEASE, Dask, on_loopback

PREFIX = "GUANXI_"
FILE = Path("guanxi.toml")
# Names in the environment that are no settings: where the file lies, and what tests read.
OTHER_NAMES = ("GUANXI_CONFIG", "GUANXI_TEST_", "GUANXI_REQUIRE_", "GUANXI_ONLINE_RETAIL")
LEAST_MEMORY = ByteSize(384 * 2**20)  # of a run: the libraries and their buffers take some 250 MiB


def listed(value: Any) -> Any:
    """In the environment a list is written with commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def enough(memory: ByteSize) -> ByteSize:
    if memory < LEAST_MEMORY:
        raise PydanticCustomError("memory", "A run needs at least 384 MiB: the libraries that it computes with take most of that")
    return memory


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)]


class SettingsError(Exception):
    """The settings cannot be used; the text says which key and why, never its value."""


class Limits(BaseModel):
    """What one request may ask for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    depth: int = Field(default=12, ge=1, description="Levels of fields in a query.")
    introspection_depth: int = Field(default=20, ge=1, description="Levels of fields in an introspection query.")
    aliases: int = Field(default=30, ge=0, description="Aliases in an operation; those of a fragment count each time it is spread.")
    root_fields: int = Field(default=20, ge=1, description="Fields at the root of an operation.")
    directives: int = Field(default=30, ge=0, description="Directives in an operation.")
    fields: int = Field(default=5_000, ge=1, description="Fields in an operation; those of a fragment count each time it is spread.")
    repeats: int = Field(default=10_000, ge=0, description="Pairs of fields that share one place in the answer.")
    operations: int = Field(default=10, ge=1, description="Operations in a document.")
    tokens: int = Field(default=2_000, ge=10, description="Words and signs in a document.")
    document: int = Field(default=100_000, ge=100, description="Characters in a document.")
    cost: int = Field(default=10_000, ge=1, description="Points that an operation may cost, by weights and page sizes.")
    body: int = Field(default=1_048_576, ge=1_000, description="Bytes in a request's body.")
    json_depth: int = Field(default=50, ge=5, description="Levels of lists and objects in a request's body.")
    deadline: float = Field(default=30.0, gt=0, description="Seconds until work on a request is stopped.")
    failures: int = Field(default=30, ge=1, description="Failed sign-ins from one address in a minute.")


class Runs(BaseModel):
    """How analyses are computed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workers: int = Field(default=1, ge=0, le=64, description="Analysis runs computed at once; 0 leaves them to other servers.")
    memory: Annotated[ByteSize, AfterValidator(enough)] = Field(
        default=ByteSize(4 * 2**30), description="Memory that one run may use, all its processes together: `2 GiB`, `800 MB`, or bytes.")
    seconds: float = Field(default=3600, gt=0, description="Seconds that one run may take.")
    lease: float = Field(default=30, ge=1, description="Seconds without a sign of life after which a run is taken from its server.")
    spare: bool = Field(default=True, description="Keep a process ready that has the analyses' libraries loaded.")
    engine: Literal["local", "dask"] = Field(
        default="local", description="Where runs are computed: beside the server, or on a [Dask cluster](cluster.md).")
    dask: Dask = Field(default=Dask(), description="The cluster that computes runs.")

    @model_validator(mode="after")
    def whole(self) -> Self:
        if self.engine == "dask" and not self.dask.scheduler:
            raise PydanticCustomError("dask", "With runs.engine = dask, runs.dask.scheduler has to say where the scheduler is")
        if self.engine == "dask" and self.lease < LEAST_LEASE:
            raise PydanticCustomError("lease", "With runs.engine = dask, runs.lease has to be 20 or more: for half of that, a part of the "
                                      "cluster may compute on without having heard from its server")
        return self


class Retention(BaseModel):
    """How long results of runs are kept, and how much room snapshots take."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int | None = Field(default=None, ge=1, le=36_500, description=(
        "Days after which the results of a run that is not published are removed, once a day; left out: never."))
    keep: int = Field(default=3, ge=0, description="Newest runs of each analysis and slot that keep their results, however old they are.")
    snapshots: ByteSize = Field(default=ByteSize(10 * 2**30), ge=0, description=(
        "Room that files of snapshots may take, those in use aside: `10 GiB`, `500 MB`, or bytes."))


class Inquiries(BaseModel):
    """How short computations that a query waits for, such as maps and paths, are answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seconds: float = Field(default=20, gt=0, description="Seconds that such an answer may take once its data has been read.")
    memory: Annotated[ByteSize, AfterValidator(enough)] | None = Field(
        default=None, description="Memory that the process which answers may use; else that of a run.")
    waiting: int = Field(default=16, ge=0, description="How many may wait while one is answered; more are refused as `BUSY`.")


class Logs(BaseModel):
    """How the log looks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["auto", "text", "json"] = Field(default="auto", description="`auto` is text on a terminal and JSON lines elsewhere.")
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="`debug` also logs the messages of unexpected exceptions.")


class PluginChoices(BaseModel):
    """Which plugins serve, and what is set for each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: Names = Field(default=(), description="Installed plugins of others that may be loaded, in the order in which names are theirs.")
    disabled: Names = Field(default=(), description="Plugins that are left out.")
    load: Names = Field(default=(), description="Plugins in files (`.py`) or modules, besides the installed ones.")
    # A section for each plugin, of a form of its own; it may hold secrets.
    settings: dict[str, dict[str, Any]] = Field(default={}, repr=False, description="What is set for each plugin, by its name.")


class Settings(BaseSettings):
    """Everything that an installation may set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True)

    database_url: SecretStr = Field(default=SecretStr("sqlite:///guanxi.db"), description="SQLite file, or PostgreSQL or MariaDB address.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that answer on the port; the first one computes analyses.")
    allowed_hosts: Names = Field(default=(), description="Host names answered to, besides localhost; `*.example.com` takes subdomains.")
    trusted_proxies: Names = Field(default=(), description="Addresses of proxies whose X-Forwarded-* headers are believed.")
    reporting_currency: str = Field(default="GBP", pattern="^[A-Z]{3}$", description="Currency that sums are given in.")
    introspection: Literal["callers", "everyone", "nobody"] = Field(
        default="callers", description="Who may read the schema: signed-in callers, everyone, nobody.")
    graphiql: bool = Field(default=True, description="Serve the GraphiQL page.")
    sign_in_minutes: int = Field(default=15, ge=1, le=1440, description="Minutes that a sign-in link is good for.")
    session_hours: int = Field(default=12, ge=1, le=720, description="Hours until a browser has to sign in again.")
    concurrency: int = Field(default=500, ge=1, description="Connections served at once; more are answered 503.")
    limits: Limits = Field(default=Limits(), description="What one request may ask for.")
    files: Path | None = Field(
        default=None, description="Folder of charts and snapshots; else beside the SQLite file (`guanxi.db.files`), or `guanxi-files`.")
    files_minutes: int = Field(default=60, ge=1, le=1440, description="Minutes that an address of a chart or file is good for.")
    runs: Runs = Field(default=Runs(), description="How analyses are computed.")
    retention: Retention = Field(default=Retention(), description="How long results are kept, and how much room snapshots take.")
    inquiries: Inquiries = Field(default=Inquiries(), description="How short computations that a query waits for are answered.")
    plugins: PluginChoices = Field(default=PluginChoices(), description="Which plugins serve, and what is set for each.")
    log: Logs = Field(default=Logs(), description="How the log looks.")

    @model_validator(mode="after")
    def within_reach(self) -> Self:
        dask = self.runs.engine == "dask" and not on_loopback(self.runs.dask.scheduler)
        if dask and self.database_url.get_secret_value().startswith("sqlite"):
            raise PydanticCustomError("reach", "A file of SQLite is on this machine only: runs on a Dask cluster need PostgreSQL")
        return self

    @classmethod
    def settings_customise_sources(cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
                                   env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
                                   file_secret_settings: PydanticBaseSettingsSource) -> tuple[PydanticBaseSettingsSource, ...]:  # noqa: ARG003
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def hosts(self) -> frozenset[str]:
        """Host names that are answered to: the address listened on is one, unless it stands for all."""
        own = {self.host} if self.host not in ("0.0.0.0", "::", "") else set()  # noqa: S104  compared, not bound
        return frozenset(name.lower().strip("[]") for name in {"localhost", "127.0.0.1", "::1", *own, *self.allowed_hosts})

    @property
    def files_folder(self) -> Path:
        """Absolute. Beside the file of SQLite, so that who copies the one sees the other."""
        from server.database.address import parse_address  # SQLAlchemy: not every command needs it

        beside = None if self.files else parse_address(self.database_url.get_secret_value()).path
        folder = self.files or (beside.with_name(f"{beside.name}.files") if beside else Path("guanxi-files"))
        return folder.expanduser().absolute()


def load_settings(config: Path | None = None, **given: Any) -> Settings:
    """The settings of this process.

    `config` is the file named on the command line; `given` are options from there, None where none was given. Raises
    SettingsError in words.
    """

    class Configured(Settings):
        model_config = SettingsConfigDict(toml_file=chosen_file(config))

    refuse_unknown_names()
    try:
        return Configured(**{key: value for key, value in given.items() if value is not None})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {chosen_file(config)} is not TOML: {error}.") from None
    except ValidationError as error:
        raise SettingsError(in_words(error)) from None
    except PydanticSettingsError as error:
        raise SettingsError(f"The settings cannot be read: {error}.") from None


def chosen_file(config: Path | None) -> Path | None:
    """The file named on the command line or by GUANXI_CONFIG, else guanxi.toml if there is one."""
    named = config or (Path(os.environ["GUANXI_CONFIG"]) if os.environ.get("GUANXI_CONFIG") else None)
    if named is not None and not named.is_file():
        raise SettingsError(f"There is no settings file {named}.")
    return named or (FILE if FILE.is_file() else None)


def refuse_unknown_names() -> None:
    """A misspelt variable must not be passed over in silence."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        setting = name.upper().split("__")[0]
        if name.upper().startswith(PREFIX) and setting not in known and not name.startswith(OTHER_NAMES):
            raise SettingsError(f"The environment has {name}, which is not a setting.")


def in_words(error: ValidationError) -> str:
    """Each key that is wrong and why. The value is left out: it may be a secret."""
    lines = []
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        key = ".".join(str(part) for part in one["loc"])
        lines.append(f"{key} is not a setting." if one["type"] == "extra_forbidden" else f"{key}: {one['msg']}.")
    return "The settings cannot be used. " + " ".join(lines)
