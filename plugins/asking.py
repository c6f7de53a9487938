"""One plugin that was imported: its hooks, its settings, and its answers. Whatever goes wrong in it is a `SetAside` with a sentence."""

import difflib
import inspect
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pluggy
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import BaseModel, ValidationError

from plugins import hookspecs
from plugins.finding import Candidate, import_source
from plugins.hookspecs import API_VERSION, PROJECT
from plugins.ordering import needs_of
from schema.extending.catalogue import PluginStatus

HOOKS = ("settings", "storage", "analyses", "inquiries", "features", "fields", "filters", "orders", "check")
WRITE_THIS = f'write REQUIRES_API = ">={API_VERSION},<{int(API_VERSION.partition(".")[0]) + 1}" in it'


class SetAside(Exception):
    """A plugin that cannot serve; the text says in a sentence why, and what to do."""

    def __init__(self, reason: str, status: PluginStatus = PluginStatus.FAILED):
        super().__init__(reason)
        self.status = status


@contextmanager
def guarded(what: str, *, quote: bool = False) -> Iterator[None]:
    """Turns whatever a plugin raises into `SetAside`. `quote`: its words are shown; those of a hook might hold a secret."""
    try:
        yield
    except SetAside:
        raise
    except (Exception, SystemExit) as error:
        raise SetAside(f"{what}: {described(error, quote=quote)}.") from error


def described(error: BaseException, *, quote: bool) -> str:
    kind = type(error).__name__
    words = " ".join(str(error).split())[:300].rstrip(".")
    if quote and words:
        return f"{kind}: {words}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{kind} at {frames[-1].filename}:{frames[-1].lineno}" if frames else kind


class Plugin:
    """A plugin that fits the interface. It has a manager of pluggy to itself, so that no other can get in its way."""

    def __init__(self, candidate: Candidate):
        """Imports it. Raises `SetAside`."""
        self.name, self.source = candidate.name, candidate.source
        with guarded("It cannot be imported", quote=True):
            self.module = imported(candidate)
        self.api = _required_api(self.module)
        self.needs = self._needs()
        self.version = candidate.version or _text(self.module, "__version__")
        self._hooks = pluggy.PluginManager(PROJECT)
        self._hooks.add_hookspecs(hookspecs)
        with guarded("Its hooks cannot be read"):
            self._register()

    def has(self, hook: str) -> bool:
        return bool(getattr(self._hooks.hook, hook).get_hookimpls())

    def ask(self, hook: str, **arguments: Any) -> Any:
        """What the hook returns, None when the plugin does not have it; raises what it raises."""
        answers = getattr(self._hooks.hook, hook)(**arguments)
        return answers[0] if answers else None

    def records(self, hook: str, kind: type, settings: Any, **more: Any) -> tuple[Any, ...]:
        """The records of a collecting hook. Raises `SetAside`."""
        with guarded(f"Its hook {hook} failed"):
            answer = self.ask(hook, settings=settings, **more)
            found = tuple(answer) if isinstance(answer, Iterable) else answer
        if found is None:
            return ()
        if not isinstance(found, tuple) or isinstance(answer, str | Mapping) or not all(isinstance(one, kind) for one in found):
            raise SetAside(f"Its hook {hook} has to return a list of {kind.__name__}, and does not.")
        return found

    def settings_form(self) -> type[BaseModel] | None:
        with guarded("Its hook settings failed"):
            form = self.ask("settings")
        if form is not None and not (isinstance(form, type) and issubclass(form, BaseModel)):
            raise SetAside("Its hook settings has to return a class of pydantic's BaseModel, and does not.")
        return form

    def configured(self, section: Mapping[str, Any]) -> BaseModel | None:
        """Its settings. Raises `SetAside`; the sentence names keys, never values."""
        form = self.settings_form()
        if form is None:
            if section:
                raise SetAside(f"It has no settings: take [plugins.settings.{self.name}] out.")
            return None
        with guarded("Its settings cannot be read"):
            try:
                return form.model_validate(dict(section))
            except ValidationError as error:
                raise SetAside(f"Its settings do not fit: {_in_words(error, self.name)}.") from None

    def _needs(self) -> Mapping[str, str]:
        try:
            return needs_of(self.name, getattr(self.module, "DEPENDS", {}))
        except ValueError as error:
            raise SetAside(str(error)) from None

    def _register(self) -> None:
        for name in dir(self.module):
            marked = self._hooks.parse_hookimpl_opts(self.module, name) is not None
            if marked and name not in HOOKS:
                near = difflib.get_close_matches(name, HOOKS, 1)
                raise SetAside(f"It has a hook “{name}”, which there is not: " + (
                    f"did you mean “{near[0]}”?" if near else f"there are {', '.join(HOOKS)}."))
            if not marked and name in HOOKS and _is_own_function(self.module, name):
                raise SetAside(f"Its function “{name}” is called like a hook and is not marked as one: write @hook above it.")
        try:
            self._hooks.register(self.module, self.name)
        except pluggy.PluginValidationError as error:
            raise SetAside(f"A hook of it does not fit: {' '.join(str(error).split())}.") from None


def imported(candidate: Candidate) -> Any:
    """Raises `SetAside` when what its distribution points at is not there, and whatever importing it raises."""
    try:
        return import_source(candidate.source)
    except (ModuleNotFoundError, AttributeError) as error:
        module = candidate.source.partition(":")[0]
        pointed = error.name is not None and (module == error.name or module.startswith(f"{error.name}."))
        is_entry_point = not candidate.named and candidate.origin != candidate.source  # a process that computes is told the source alone
        if not is_entry_point or not (pointed or (isinstance(error, AttributeError) and ":" in candidate.source)):
            raise
        raise SetAside(f"It cannot be imported: {described(error, quote=True)}. The entry point of {candidate.origin} leads nowhere: "
                       f"install it again, or another version of it.") from error


def _is_own_function(module: Any, name: str) -> bool:
    found = inspect.getattr_static(module, name)
    return inspect.isfunction(found) and found.__module__ == getattr(module, "__name__", None)


def _text(module: Any, attribute: str) -> str | None:
    found = getattr(module, attribute, None)
    return found if isinstance(found, str) else None


def _required_api(module: Any) -> str:
    required = _text(module, "REQUIRES_API")
    if required is None:
        raise SetAside(f"It does not say which plugin interface it was written for: {WRITE_THIS}.", PluginStatus.INCOMPATIBLE)
    try:
        fits = SpecifierSet(required).contains(API_VERSION)
    except InvalidSpecifier:
        raise SetAside(f"Its REQUIRES_API “{required}” is not a range of versions: {WRITE_THIS}.", PluginStatus.INCOMPATIBLE) from None
    if not fits:
        raise SetAside(f"It was written for version {required} of the plugin interface, and this is {API_VERSION}: "
                       "install another version of it.", PluginStatus.INCOMPATIBLE)
    return required


def _in_words(error: ValidationError, name: str) -> str:
    lines = []
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        key = ".".join(["plugins.settings", name, *map(str, one["loc"])])
        lines.append(f"{key} is not a setting" if one["type"] == "extra_forbidden" else f"{key}: {one['msg']}")
    return "; ".join(lines)
