"""Which plugins the settings file allows and disables, changed in place: its comments and everything else stay as they are."""

import os
import tempfile
from pathlib import Path
from typing import Any

from server.settings import FILE, SettingsError, chosen_file

OVERRULING = ("GUANXI_PLUGINS__ALLOW", "GUANXI_PLUGINS__DISABLED", "GUANXI_PLUGINS")


def allow(name: str, config: Path | None, *, bundled: bool = False) -> Path:
    """Takes the name out of `disabled`; one of somebody else joins the end of `allow`. Returns the file. Raises `SettingsError`."""
    return changed(config, add=() if bundled else ("allow",), take=("disabled",), name=name)


def disable(name: str, config: Path | None, *, bundled: bool = False) -> Path:
    """The other way round: one that ships is on by itself, so it is named in `disabled`."""
    return changed(config, add=("disabled",) if bundled else (), take=("allow",), name=name)


def forget(name: str, config: Path | None) -> Path:
    """No list has the name any more."""
    return changed(config, add=(), take=("allow", "disabled"), name=name)


def changed(config: Path | None, *, add: tuple[str, ...], take: tuple[str, ...], name: str) -> Path:
    refuse_overruled()
    file = chosen_file(config) or FILE
    document = read(file)
    before = document.as_string()
    section = section_of(document, file)
    for key in take:
        while name in section.get(key, ()):
            section[key].remove(name)
    for key in add:
        if name not in section.setdefault(key, []):
            section[key].append(name)
    if document.as_string() != before:
        replace(file, document.as_string())
    return file


def refuse_overruled() -> None:
    for variable in OVERRULING:
        if os.environ.get(variable):
            raise SettingsError(f"The environment has {variable}, which overrules the settings file: change it there.")


def read(file: Path) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(file.read_text("utf-8")) if file.is_file() else tomlkit.document()
    except TOMLKitError as error:
        raise SettingsError(f"The settings file {file} is not TOML: {error}.") from None
    except OSError as error:
        raise SettingsError(f"The settings file {file} cannot be read ({error.strerror}).") from None


def section_of(document: Any, file: Path) -> Any:
    import tomlkit

    section = document.setdefault("plugins", tomlkit.table())
    if not hasattr(section, "setdefault") or not all(isinstance(section.get(key, []), list) for key in ("allow", "disabled")):
        raise SettingsError(f"The settings file {file} has a [plugins] that is not one: see docs/operating.md.")
    return section


def replace(file: Path, text: str) -> None:
    """The whole file at once: whoever reads it meanwhile sees the old one or the new one, and a crash leaves one of them."""
    target = file.resolve()  # a link stays one
    try:
        with tempfile.NamedTemporaryFile("w", dir=target.parent, prefix=f".{target.name}.", delete=False, encoding="utf-8") as made:
            made.write(text)
            made.flush()
            os.fsync(made.fileno())
        try:
            Path(made.name).chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o644)
            Path(made.name).replace(target)
        except BaseException:
            Path(made.name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(f"The settings file {file} cannot be written ({error.strerror}).") from None
