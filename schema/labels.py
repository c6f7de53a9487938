"""What people read, in the languages that an installation shows."""

import strawberry


@strawberry.input(description="A text in the languages of the interface. What is left out stays; null clears.")
class LabelInput:
    en: strawberry.Maybe[str | None] = strawberry.field(default=None, description="In English.")
    zh: strawberry.Maybe[str | None] = strawberry.field(default=None, description="In Chinese.")
