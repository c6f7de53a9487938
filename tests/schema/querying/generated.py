"""Operations made up from a schema: any field, any argument, as literals and as variables, with fragments, aliases and conditions.

A generator of our own: the libraries for it know neither ids that exist nor pages that are small, give every argument every time, and
take longer to make a query of this schema up than the query takes.
"""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from hypothesis import strategies as st

Asked = tuple[str, dict[str, Any]]

ROWS = {"c": 240, "p": 24, "t": 900, "r": 500, "j": 12, "s": 108, "rk": 11, "sl": 102, "d": 102, "be": 900, "rv": 300, "tl": 900, "re": 29,
        "cp": 100, "ad": 100}  # ids up to these exist
CODES = {"customerId": "c", "otherId": "c", "ownerId": "s", "productId": "p", "runId": "j", "relationship": "r", "product": "p", "job": "j",
         "customers": "c", "staff": "s", "customer": "c"}  # by argument, input field, or the root that an `id` belongs to
TEXTS = ("王", "Anna", "a", "vip", "中国", "level0", "X1", "shop", "trust", "knows", "C1", "SKU07", "someone150@example.test", "", "%")
MOMENTS = ("2024-01-20T00:00:00Z", "2024-02-10T12:00:00+08:00", "2024-03-01T00:00:00.5+00:00")
SCALARS: dict[str, tuple[Any, ...]] = {
    "String": TEXTS, "DateTime": MOMENTS, "Date": ("2024-02-01",), "Decimal": ("0", "1.5", "-20.25", "1000"), "Boolean": (True, False),
    "Int": (1, 2, 3, 5), "Float": (0, 0.25, 1.5, -1, 12.5), "JSON": ({"a": 1},)}
LEFT_OUT = ("relationshipMap", "shortestPath")  # computed by processes that these tests do not start
MOST_FIELDS, DEEPEST = 5, 6


@dataclass
class Generator:
    """One operation in the making."""

    schema: GraphQLSchema
    draw: st.DrawFn
    place: str = ""  # the root field
    variables: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    aliases: int = 0

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def one_of(self, choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    # -- selections --
    def operation(self) -> Asked:
        query: Any = self.schema.query_type
        roots = []
        for _ in range(self.draw(st.integers(1, 2))):
            self.place = self.one_of([name for name in query.fields if name not in LEFT_OUT])
            roots.append(self.field(query, self.place, 0))
        declarations = ", ".join(f"${name}: {type_}" for name, type_ in self.declared.items())
        text = f"query{f'({declarations})' if declarations else ''} {{ {' '.join(roots)} }}"
        return " ".join([text, *self.fragments]), self.variables

    def field(self, type_: Any, name: str, depth: int) -> str:
        definition = type_.fields[name]
        arguments, inner = self.arguments(definition.args, depth), get_named_type(definition.type)
        plain = is_leaf_type(inner) and not definition.args
        alias = ""
        if not plain or self.chance(6):
            self.aliases += 1
            alias = f"a{self.aliases}: "
        below = "" if is_leaf_type(inner) else f" {{ {self.selection(inner, depth + 1)} }}"
        return f"{alias}{name}{arguments}{self.condition()}{below}"

    def selection(self, type_: Any, depth: int) -> str:
        if is_abstract_type(type_):
            return self.abstract(type_, depth)
        names = [name for name, one in type_.fields.items() if depth < DEEPEST or is_leaf_type(get_named_type(one.type))]
        if not names:
            return "__typename"
        chosen = self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=MOST_FIELDS, unique=True))
        parts = [self.field(type_, name, depth) for name in chosen]
        if self.chance(8):
            parts.append("__typename")
        if self.chance(10):
            parts.append(f"...{self.condition()} {{ {parts.pop()} }}")
        if self.chance(12):
            parts.append(self.named(type_, parts.pop()))
        return " ".join(parts)

    def abstract(self, type_: Any, depth: int) -> str:
        """Fields of members are aliased, for those of the same name need not be of one type."""
        members = self.schema.get_possible_types(type_)
        chosen = self.draw(st.lists(st.sampled_from(sorted(members, key=str)), max_size=4, unique=True))
        parts = ["__typename", *[f"... on {one.name}{self.condition()} {{ {self.aliased(one, depth)} }}" for one in chosen]]
        if "id" in getattr(type_, "fields", {}):
            parts.append("id")
        return " ".join(parts)

    def aliased(self, type_: GraphQLObjectType, depth: int) -> str:
        names = [name for name, one in type_.fields.items() if depth < DEEPEST or is_leaf_type(get_named_type(one.type))]
        parts = []
        for name in self.draw(st.lists(st.sampled_from(names or ["id"]), min_size=1, max_size=MOST_FIELDS, unique=True)):
            made = self.field(type_, name, depth)
            self.aliases += 1
            parts.append(made if made.startswith("a") and made.partition(" ")[0].endswith(":") else f"a{self.aliases}: {made}")
        return " ".join(parts)

    def named(self, type_: Any, what: str) -> str:
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {type_.name} {{ {what} }}")
        return f"...{name}"

    def condition(self) -> str:
        if not self.chance(15):
            return ""
        value = self.variable("Boolean!", self.one_of((True, False))) if self.chance(2) else self.one_of(("true", "false"))
        return f" @{self.one_of(('skip', 'include'))}(if: {value})"

    # -- arguments --
    def arguments(self, args: dict[str, GraphQLArgument], depth: int) -> str:
        given = {}
        way = self.one_of(("first", "first", "last"))
        for name, one in args.items():
            if name in ("first", "last", "after", "before"):
                if name == way:
                    given[name] = self.written(one.type, self.draw(st.integers(1, 12 if depth < 2 else 3)))
            elif is_required_argument(one) or self.chance(3):
                given[name] = self.value(one, name, 0)
        return f"({', '.join(f'{name}: {value}' for name, value in given.items())})" if given else ""

    def value(self, one: Any, name: str, depth: int) -> str:
        return self.written(one.type, self.made(one.type, name, depth))

    def written(self, type_: Any, value: Any) -> str:
        """As a variable, or as a literal."""
        if self.chance(3):
            return self.variable(str(type_), value)
        return literal(type_, value)

    def variable(self, type_: str, value: Any) -> str:
        name = f"v{len(self.declared)}"
        if not type_.endswith("!") and self.chance(8):
            self.declared[name] = type_  # and not given
        else:
            self.declared[name], self.variables[name] = type_, value
        return f"${name}"

    def made(self, type_: Any, name: str, depth: int) -> Any:
        """A value as JSON has it."""
        if isinstance(type_, GraphQLNonNull):
            return self.made(type_.of_type, name, depth)
        if isinstance(type_, GraphQLList):
            return [self.made(type_.of_type, name, depth + 1) for _ in range(self.draw(st.integers(1, 2)))]
        if isinstance(type_, GraphQLInputObjectType):
            return self.object(type_, name, depth)
        if isinstance(type_, GraphQLEnumType):
            return self.one_of(sorted(type_.values))
        return self.id(name) if type_.name == "ID" else self.one_of(SCALARS[type_.name])

    def id(self, name: str) -> str:
        code = CODES.get(name) or CODES.get(self.place) or self.one_of(sorted(ROWS))
        return f"{code}_{self.draw(st.integers(1, ROWS[code]))}"

    def object(self, type_: GraphQLInputObjectType, name: str, depth: int) -> dict[str, Any]:
        fields = {name: one for name, one in type_.fields.items() if depth < 3 or name not in ("and", "or", "not")}
        chosen = [self.one_of(sorted(fields))]
        if not type_.extensions["strawberry-definition"].is_one_of:
            chosen += [name for name, one in fields.items() if is_required_input_field(one)]
            chosen += [self.one_of(sorted(fields))] if self.chance(3) else []
        return {key: self.made(fields[key].type, name if type_.name == "IdFilter" else key, depth + 1) for key in dict.fromkeys(chosen)}


def literal(type_: Any, value: Any) -> str:
    """The value in a query's text."""
    if isinstance(type_, GraphQLNonNull):
        return literal(type_.of_type, value)
    if isinstance(type_, GraphQLList):
        return f"[{', '.join(literal(type_.of_type, one) for one in value)}]"
    if isinstance(type_, GraphQLInputObjectType):
        return f"{{{', '.join(f'{name}: {literal(type_.fields[name].type, one)}' for name, one in value.items())}}}"
    if isinstance(type_, GraphQLEnumType):
        return str(value)
    return plain(value)


def plain(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {plain(one)}' for name, one in value.items())}}}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


@st.composite
def operations(draw: st.DrawFn, schema: GraphQLSchema) -> Asked:
    """Most are valid; those in which two fields of one response key differ are not."""
    return Generator(schema, draw).operation()
