"""Text files as they are read everywhere: strictly, as UTF-8, and with a sentence for what is wrong."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml

from lib.errors import WorkbookError


def read_yaml(path: Path) -> Any:
    """Read a YAML file with the safe loader, or raise `WorkbookError` naming file and line."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbookError(f"{path} is missing; restore it (git checkout -- {path.name}) or create it.") from None
    except UnicodeDecodeError:
        raise WorkbookError(f"{path} is not UTF-8 text; save it again as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise WorkbookError(
            f"{path}{line}: not valid YAML ({getattr(error, 'problem', error)}); correct the line."
        ) from None


def read_table(path: Path, columns: list[str]) -> list[dict[str, str]]:
    """Read a CSV file as text, every cell as it stands: 0180 stays 0180, and a row with a cell too many is refused.

    Raises
    ------
    WorkbookError
        If the file is missing, is not UTF-8 with commas, has other columns than ``columns``, or a row of another length.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            header, *rows = list(reader) or [[]]
    except FileNotFoundError:
        raise WorkbookError(f"{path} is missing; restore it (git checkout -- {path.name}) or create it.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise WorkbookError(f"{path} is not a UTF-8 CSV file ({error}); save it again as UTF-8 with commas.") from None
    if header != columns:
        raise WorkbookError(f"{path}, row 1: the columns must be {','.join(columns)}; correct the header.")
    for number, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise WorkbookError(
                f"{path}, row {number}: {len(row)} cells where {len(columns)} belong; check the commas."
            )
    return [dict(zip(columns, row, strict=True)) for row in rows]
