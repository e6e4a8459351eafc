"""Records as they are read: entries of YAML lists and rows of tables, each checked against its type and named where it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lib.base.errors import WorkbookError
from lib.base.files import read_table, read_yaml


def _reason(error: ValidationError) -> tuple[str, str]:
    """Return the place and the reason of the first fault; a misspelt field before the one that it leaves missing."""
    first = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return where, "there is no field of this name"
    return where, first["msg"][0].lower() + first["msg"][1:]


def check(kind: Any, value: Any, where: str, *, strict: bool | None = True) -> Any:
    """Check ``value`` against a pydantic type, or raise `WorkbookError` that names the place and what is wrong.

    ``strict`` is pydantic's: with None each field says for itself.
    """
    try:
        return TypeAdapter(kind).validate_python(value, strict=strict)
    except ValidationError as error:
        field, message = _reason(error)
        raise WorkbookError(f"{where}, {field or 'content'}: {message}; correct it and run again.") from None


Items = list[tuple[str, Any]]
#: Lists that stand in one file; any other name beside them is a slip of the pen, whose list would silently count for nothing.
TOGETHER = (
    {"strategies", "national_goals"},
    {"plans", "commitments"},
    {"documents", "mandate"},
    {"policies", "hidden_cells"},
    {"comments", "confirmations"},
)


def read_items(path: Path, key: str) -> Items:
    """Return the raw entries of a list, each with the place that a message names."""
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get(key), list):
        raise WorkbookError(f"{path}: the list '{key}' is missing; add it.")
    expected = next((lists for lists in TOGETHER if key in lists), {key})
    if unknown := sorted(str(name) for name in set(content) - expected):
        raise WorkbookError(
            f"{path}: '{unknown[0]}' is no list of this file ({', '.join(sorted(expected))}); correct the name."
        )
    return [(f"{path}, {key} {_label(item, i)}", item) for i, item in enumerate(content[key], 1)]


def read_list(kind: Any, path: Path, key: str) -> list[Any]:
    """Read a YAML list of records of one kind, or raise `WorkbookError` that names the entry and its field."""
    return [check(kind, item, where) for where, item in read_items(path, key)]


def laid_over(base: Items, own: Items) -> Items:
    """Lay a folder's own entries over its base's: fields given replace the base's, by identifier.

    What the base has and the folder does not mention has no series here (``family``): its figures are the base's.
    """
    mine = {item["id"]: (where, item) for where, item in own if isinstance(item, dict) and "id" in item}
    merged = []
    for where, item in base:
        here, fields = mine.pop(item.get("id"), (where, {"family": None} if "kinds" in item else {}))
        merged.append((here, {**item, **fields}))
    return merged + [entry for entry in own if not isinstance(entry[1], dict) or entry[1].get("id") in mine]


def _label(item: Any, number: int) -> str:
    return str(item["id"]) if isinstance(item, dict) and "id" in item else f"number {number}"


def read_rows(kind: Any, path: Path) -> list[Any]:
    """Read a CSV file whose columns are the fields of ``kind``; an empty cell is ``None`` or the field's default."""
    fields = kind.model_fields
    entries = []
    for number, row in enumerate(read_table(path, list(fields)), 2):
        filled = {name: cell or None for name, cell in row.items() if cell or fields[name].is_required()}
        entries.append(check(kind, filled, f"{path}, row {number}", strict=False))
    return entries


def by_id(entries: list[Any], path: Path, key: Any = lambda entry: entry.id) -> dict[Any, Any]:
    """Return entries by their identifier, or by another ``key``; one that stands twice is refused."""
    index: dict[Any, Any] = {}
    for entry in entries:
        if key(entry) in index:
            raise WorkbookError(f"{path}: '{key(entry)}' occurs twice; keep one.")
        index[key(entry)] = entry
    return index
