"""Money on the wire: an exact amount with its currency."""

from decimal import Decimal

import strawberry


@strawberry.type(description="An amount of money.")
class Money:
    amount: Decimal = strawberry.field(description="The exact amount, as text.")
    currency: str = strawberry.field(description="ISO 4217 code.")


@strawberry.input(description="An amount of money.")
class MoneyInput:
    amount: Decimal = strawberry.field(description="The exact amount, as text.")
    currency: str = strawberry.field(description="ISO 4217 code.")
