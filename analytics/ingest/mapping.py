"""Mapping files: how an export of a form (Kobo, ODK Central, or another) becomes canonical.

A mapping is a TOML file in `data/mappings/`; its README says how to write one. It is chosen by
name, or, without a name, when its ``detect`` columns are all in the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.config import DATA
from analytics.i18n import _
from analytics.ingest.formats import FORMATS, normalise_header
from analytics.ingest.raw import UnreadableFile, last_part

MAPPINGS = DATA / "mappings"
EXPORT_MARKERS = (
    "KEY",
    "PARENT_KEY",
    "SubmissionDate",
    "instanceID",
    "rootUuid",
    "_uuid",
    "_submission_time",
    "_submission__uuid",
    "_parent_index",
    "__version__",
)
"""Columns that only the export of a form has (ODK Central, Kobo)."""
_NAME = re.compile(r"[\w\-]{1,60}")


class MappingError(UnreadableFile):
    """A mapping that does not exist or is malformed; ``str()`` is the sentence."""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one table of an export becomes one canonical sheet; fields as in the README."""

    kind: str
    detect: tuple[tuple[str, ...], ...]
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()
    parent: Mapping[str, str] = field(default_factory=dict)
    numbered: Mapping[str, str] = field(default_factory=dict)
    refuse: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportMapping:
    """One mapping file."""

    name: str
    title: str
    tables: tuple[TableMapping, ...]

    @property
    def headers(self) -> frozenset[str]:
        """Normalised headers by which the header row of a sheet is found."""
        names = [n for t in self.tables for group in t.detect for n in group]
        names += [n for t in self.tables for sources in t.columns.values() for n in sources]
        return frozenset(normalise_header(last_part(name)) for name in names)


def normalise_source(header: str) -> str:
    """A column of an export as it is compared: like a header, with ``-`` the same as ``/``."""
    return normalise_header(header.replace("-", "/"))


def find_sources(headers: Sequence[str], name: str) -> list[int]:
    """Where the export's column *name* stands, whatever groups its header is prefixed with.

    Those without a prefix come first.
    """
    wanted = normalise_source(name)
    plain = [normalise_source(header) for header in headers]
    exact = [i for i, header in enumerate(plain) if header == wanted]
    return exact + [i for i, header in enumerate(plain) if header.endswith("/" + wanted)]


def find_source(headers: Sequence[str], name: str) -> int | None:
    """The first of `find_sources`, None when there is none."""
    return next(iter(find_sources(headers, name)), None)


def is_export(headers: Sequence[str]) -> bool:
    """Whether a sheet with these headers was written by a form server."""
    return any(find_source(headers, marker) is not None for marker in EXPORT_MARKERS)


def detects(table: TableMapping, headers: Sequence[str]) -> bool:
    """Whether every group of ``detect`` has a column among *headers*."""
    return all(
        any(find_source(headers, name) is not None for name in group) for group in table.detect
    )


def _bad(file: str, reason: str) -> MappingError:
    return MappingError(_("The mapping {file} is wrong: {reason}", file=file, reason=reason))


class _Reader:
    """Checks one mapping file while reading it."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, sentence: str) -> MappingError:
        return _bad(self.file, sentence)

    def text(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.fail(_("{where} must be a text", where=where))
        return value

    def texts(self, value: Any, where: str) -> tuple[str, ...]:
        many = value if isinstance(value, list) else [value]
        if not many:
            raise self.fail(_("{where} must not be empty", where=where))
        return tuple(self.text(item, where) for item in many)

    def section(self, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = raw.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(_("{where} must be a section", where=key))
        return value

    def known(self, names: Iterable[str], kind: str, where: str) -> None:
        odd = [name for name in names if name not in FORMATS[kind].names]
        if odd:
            raise self.fail(
                _(
                    "{where}: {kind} has no column {columns}",
                    where=where,
                    kind=kind,
                    columns=", ".join(odd),
                )
            )

    def table(self, raw: Any) -> TableMapping:
        if not isinstance(raw, dict):
            raise self.fail(_("{where} must be a section", where="[[table]]"))
        allowed = set(TableMapping.__dataclass_fields__)
        if odd := sorted(set(raw) - allowed):
            raise self.fail(_("unknown setting {names}", names=", ".join(odd)))
        kind = raw.get("kind")
        if not isinstance(kind, str) or kind not in FORMATS:
            raise self.fail(_("kind must be one of {kinds}", kinds=", ".join(FORMATS)))
        sections = {
            key: self.section(raw, key)
            for key in ("columns", "constants", "values", "parent", "numbered", "refuse")
        }
        for key in ("columns", "constants", "values", "parent", "numbered"):
            self.known(sections[key], kind, f"[{key}]")
        detect = raw.get("detect")
        if not isinstance(detect, list) or not detect:
            raise self.fail(_("{where} must not be empty", where="detect"))
        links = raw.get("links", [])
        if not isinstance(links, list) or any(
            not isinstance(pair, list) or len(pair) != 2 for pair in links
        ):
            raise self.fail(_("links must be pairs of columns (this table, parent table)"))
        if sections["parent"] and not links:
            raise self.fail(_("[parent] needs links"))
        return TableMapping(
            kind=kind,
            detect=tuple(self.texts(group, "detect") for group in detect),
            columns={k: self.texts(v, f"columns.{k}") for k, v in sections["columns"].items()},
            constants={k: self.text(v, f"constants.{k}") for k, v in sections["constants"].items()},
            values={
                k: {
                    str(a): self.text(b, f"values.{k}")
                    for a, b in self.section(sections["values"], k).items()
                }
                for k in sections["values"]
            },
            links=tuple((self.text(a, "links"), self.text(b, "links")) for a, b in links),
            parent={k: self.text(v, f"parent.{k}") for k, v in sections["parent"].items()},
            numbered={k: self.text(v, f"numbered.{k}") for k, v in sections["numbered"].items()},
            refuse={k: self.texts(v, f"refuse.{k}") for k, v in sections["refuse"].items()},
            ignore=self.texts(raw["ignore"], "ignore") if raw.get("ignore") else (),
        )


def parse_mapping(name: str, text: str) -> ExportMapping:
    """Reads a mapping from TOML text.

    Raises:
        MappingError: with a sentence that says what is wrong.
    """
    reader = _Reader(name)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise reader.fail(_("it is no valid TOML ({reason})", reason=error)) from error
    if odd := sorted(set(raw) - {"title", "table"}):
        raise reader.fail(_("unknown setting {names}", names=", ".join(odd)))
    tables = raw.get("table")
    if not isinstance(tables, list) or not tables:
        raise reader.fail(_("it has no [[table]]"))
    title = reader.text(raw.get("title", name), "title")
    return ExportMapping(name, title, tuple(reader.table(table) for table in tables))


def load_mapping(name: str, folder: Path = MAPPINGS) -> ExportMapping:
    """The mapping of that name.

    Raises:
        MappingError: there is none, or it is malformed.
    """
    path = folder / f"{name}.toml"
    if not _NAME.fullmatch(name) or not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.toml"))) or "–"
        raise MappingError(
            _("There is no mapping “{name}”; known are: {known}", name=name, known=known)
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _bad(name, _("it is no valid TOML ({reason})", reason="UTF-8")) from error
    return parse_mapping(name, text)


def load_mappings(folder: Path = MAPPINGS) -> tuple[list[ExportMapping], list[str]]:
    """All mappings, and a sentence for each file that is malformed (it is then not used)."""
    mappings: list[ExportMapping] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            mappings.append(load_mapping(path.stem, folder))
        except MappingError as error:
            problems.append(str(error))
    return mappings, problems
