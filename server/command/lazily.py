"""Groups of commands, each command loaded when it is asked for, so that help is quick."""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class Commands(click.Group):
    """`places`: by the name of a command, the module and the name in it where it is."""

    def __init__(self, *arguments: Any, places: Mapping[str, str], **options: Any):
        super().__init__(*arguments, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command
