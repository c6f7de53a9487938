"""Directives that tell a reader of the SDL what a field costs, what it needs and whose data it shows."""

import enum

import strawberry
from strawberry.schema_directive import Location


@strawberry.enum(description="How personal a field's value is.")
class PiiLevel(enum.Enum):
    INDIRECT = strawberry.enum_value("INDIRECT", description="Identifies somebody together with other data, as a postal code does.")
    DIRECT = strawberry.enum_value("DIRECT", description="Identifies somebody by itself, as a phone number does.")
    SENSITIVE = strawberry.enum_value("SENSITIVE", description="Would harm somebody if it were known, as an income may.")


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], name="cost",
                             description="What a field adds to a query's cost: its weight, and the page size times what is selected in it.")
class Cost:
    weight: int = strawberry.directive_field(name="weight")
    multipliers: list[str] = strawberry.directive_field(name="multipliers")


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], name="requires",
                             description="The permissions without which a field is null, with an error.")
class Requires:
    permissions: list[str] = strawberry.directive_field(name="permissions")


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION, Location.INPUT_FIELD_DEFINITION], name="plugin",
                             description="The plugin that adds the field, and its version.")
class Plugin:
    name: str = strawberry.directive_field(name="name")
    since: str = strawberry.directive_field(name="since")


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], name="pii", description="The field shows personal data.")
class Pii:
    level: PiiLevel = strawberry.directive_field(name="level")
