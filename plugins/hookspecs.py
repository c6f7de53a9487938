"""The hooks: what Guanxi asks a plugin. Each may be left out, and takes only those of its arguments that it needs.

All but `check` are asked once, when an application starts, one plugin after the other; they return records and change nothing.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:  # so that a plugin is found quickly
    from pydantic import BaseModel

    from schema.analyses.contract import Analysis
    from schema.extending.neighbours import Neighbour
    from schema.extending.problem import Problem
    from schema.extending.tables import Storage
    from schema.features.contract import Feature
    from schema.inquiries.contract import Inquiry
    from schema.querying.entities import Filter, Order

PROJECT = "guanxi"
API_VERSION = "1.0"

hook = pluggy.HookimplMarker(PROJECT)
specification = pluggy.HookspecMarker(PROJECT)


@specification
def settings() -> "type[BaseModel] | None":
    """The form of the plugin's section of the settings, `[plugins.settings.NAME]`.

    Called: first of all, once for an application; what fits is the argument `settings` of the other hooks.
    Returns: a pydantic model class, secrets in it as `SecretStr`; None or no hook means that there is nothing to set.
    On error: the plugin is set aside as FAILED, and so it is when its section does not fit; values are never shown.
    Since: 1.0
    Example::

        from pydantic import BaseModel, Field

        class Settings(BaseModel, extra="forbid"):
            damping: float = Field(default=0.85, gt=0, lt=1, description="How often a walker goes on.")

        @hook
        def settings():
            return Settings
    """


@specification
def storage() -> "Storage | None":
    """The plugin's own tables and the folder of their migrations.

    Called: once for an application, and by `guanxi migrate`.
    Returns: a `Storage`; None or no hook means that the plugin stores nothing.
    On error: FAILED, also when a table is not called NAME_something or would keep what was erased elsewhere. When the tables
        in the database are not those of the newest migration, the plugin is set aside as NEEDS_UPGRADE.
    Since: 1.0
    Example::

        class Tables(PluginRow, DeclarativeBase): ...

        class LuckRow(Tables):
            __tablename__ = "example_luck"
            run_id: Mapped[int] = run_key()
            customer_id: Mapped[int] = customer_key()
            value: Mapped[float]

        @hook
        def storage(): return Storage(Tables.metadata, Path(__file__).parent / "migrations")
    """


@specification
def analyses(settings: Any) -> "Iterable[Analysis[Any]]":
    """What the plugin can compute: each analysis gets a mutation that starts it and is listed in `Query.analysisKinds`.

    Called: once for an application, and once in every process that computes.
    Returns: `Analysis` records; none or no hook means that the plugin computes nothing.
    On error: FAILED, also when another plugin has an analysis of that name: then it is the later one.
    Since: 1.0
    Example::

        @hook
        def analyses(settings):
            return [LUCK]
    """
    return ()


@specification
def inquiries(settings: Any) -> "Iterable[Inquiry]":
    """Short computations that a query waits for, such as a path: resolvers of the plugin ask them with `inquire`.

    Called: once for an application, and once in the process that answers them.
    Returns: `Inquiry` records; none or no hook means that there is nothing to ask.
    On error: FAILED, also when two of the plugin's inquiries have one name.
    Since: 1.0
    Example::

        def answer(desk, given):
            return {"customers": desk.snapshot.table("customers").num_rows}

        @hook
        def inquiries(settings):
            return [Inquiry(name="size", answer=answer, needs=("customers",))]
    """
    return ()


@specification
def features(settings: Any) -> "Iterable[Feature]":
    """Features of customers that the plugin knows: what segmentations and other analyses, of any plugin, can compute with.

    Called: once for an application, and in every process that computes with one of them.
    Returns: `Feature` records, computed from a snapshot or read from a published run; none or no hook means that there are none.
    On error: FAILED, also when another plugin has a feature of that name: then it is the later one.
    Since: 1.0
    Example::

        def parity(snapshot, period):
            return snapshot.table("customers")["id"].to_numpy() % 2.0

        @hook
        def features(settings):
            return [Feature(name="example.parity", title="Parity", title_zh="奇偶", description="Whether its number is odd.",
                            compute=parity)]
    """
    return ()


@specification
def fields(settings: Any, others: "Mapping[str, Neighbour]") -> Mapping[type, Mapping[str, Any]]:
    """Fields that the plugin adds to types of the core, such as a score of a customer, and to the roots `Query` and `Mutation`.

    `others` holds the plugins that the module names in `DEPENDS`, by name: `others["graph"].types["Community"]` can be added to as well.

    Called: once for an application, before its schema is built.
    Returns: by type, the fields by their Python names. Each is declared (`score`, `joined`, `computed`, `many`; `raw` on
        a root), may be null and has a description. An empty mapping or no hook means none.
    On error: FAILED, also when a name is taken. A field that fails in a request is null there, and the answer says PLUGIN_ERROR.
    Since: 1.0
    Example::

        async def lucky(context, ids):
            return {number: number % 7 == 0 for number in ids}

        @hook
        def fields(settings):
            return {Customer: {"is_lucky": computed(lucky, "Whether its number is lucky.", type_=bool | None)}}
    """
    return {}


@specification
def filters(settings: Any, others: "Mapping[str, Neighbour]") -> "Iterable[Filter]":
    """Keys that the plugin adds to what lists can be filtered by: `customers(where: {...})`.

    Called: once for an application, before its schema is built.
    Returns: `Filter` records, whose conditions are SQL over columns; none or no hook means none.
    On error: FAILED, also when a key is taken.
    Since: 1.0
    Example::

        def has_luck(row, operand):
            return operand.holds(row.c.id % 7)

        @hook
        def filters(settings):
            return [Filter(Customer, "luck", int, has_luck, "The rest of the customer's number when divided by seven.")]
    """
    return ()


@specification
def orders(settings: Any, others: "Mapping[str, Neighbour]") -> "Iterable[Order]":
    """Keys that the plugin adds to what lists can be sorted by: `customers(orderBy: [...])`.

    Called: once for an application, before its schema is built.
    Returns: `Order` records, whose expressions are SQL over columns; none or no hook means none.
    On error: FAILED, also when a key is taken.
    Since: 1.0
    Example::

        @hook
        def orders(settings):
            return [Order(Customer, "luck", lambda row, _: row.c.id % 7, "By luck.", nullable=False)]
    """
    return ()


@specification
def check(settings: Any) -> "Iterable[Problem]":
    """Whether the plugin finds what it works with: libraries, models, services.

    Called: by `guanxi doctor`, in a thread that is waited for two seconds.
    Returns: a `Problem` for each thing that is wrong; none or no hook means that all is well.
    On error: `guanxi doctor` tells of it as of a problem; the plugin goes on serving.
    Since: 1.0
    Example::

        @hook
        def check(settings):
            if find_spec("igraph") is None:
                yield Problem("The library igraph is missing: install guanxi[analytics].")
    """
    return ()
