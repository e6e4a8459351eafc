"""Tables read by a mapping: Excel's habits are understood and reported; each wrong cell is refused in one sentence."""

from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.cli.main import main
from lib.data.catalogue import Catalogue
from lib.receive import mapped
from lib.receive.mapping import read_mapping
from tests.conftest import ROOT, Refused
from tests.unit.receive.conftest import EXAMPLE, MAP, one_sentence

WRONG_CELLS: dict[str, tuple[str | None, str]] = {
    "an ambiguous number": ("X1;1.234", "is no number that can be read in one way only"),
    "a decimal that became a column": ("X1;95;5", "more cells than the table has headings"),
    "spaces within a number": ("X1;9 5", "is no number that can be read in one way only"),
    "other figures than ours": ("X1;٩٥", "is no number that can be read in one way only"),
    "an unknown region": ("Atlantis;95", "is no region of data/regions.csv"),
    "a missing column": (None, "the column “Andel” is there 0 times"),
    "another publisher's": ("X1;95", "does not say “Exempelmyndigheten”"),
    "above a hundred": ("X1;950", "must be a percentage from 0 to 100"),
    "the same place twice": ("X1;95\nX1;96", "twice; keep one"),
}


@pytest.mark.parametrize("kind", WRONG_CELLS)
def test_a_wrong_cell_of_a_mapped_table_is_one_sentence(
    root: Path, refused: Refused, tmp_path: Path, kind: str
) -> None:
    line, message = WRONG_CELLS[kind]
    head = "Område;Antal\nX1;95\n" if line is None else f"Område;Andel\n{line}\n"
    (tmp_path / "t.csv").write_text(head, encoding="utf-8")
    more = "must_say: [Exempelmyndigheten]\n" if kind == "another publisher's" else ""
    (tmp_path / "m.yaml").write_text(MAP + more, encoding="utf-8")
    arguments = ["table", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.yaml"), "--data", EXAMPLE, "--yes"]
    assert message in one_sentence(refused("import", *arguments, root=root))


def test_excels_habits_are_understood_and_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("Kommun;Andel;År\r\n180;76,5 %;2024\r\nUpplands-Bro;..;2024\r\n".encode("cp1252"))
    text = (
        MAP.replace("exempelstatistik", "scb_mhv").replace("year: 2025", "year_column: År").replace("Område", "Kommun")
    )
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    mapping = read_mapping(tmp_path / "m.yaml")
    rows, habits = mapped.observations(tmp_path / "t.csv", mapping, Catalogue(ROOT / "data"))
    assert rows[["region", "status"]].values.tolist() == [["0180", "A"], ["0139", "M"]]
    assert rows["value"].tolist()[0] == 76.5 and rows["value"].isna().tolist() == [False, True]
    assert {
        "columns are separated by ;",
        "numbers had a decimal comma",
        "region codes had lost their leading zeros",
    } <= set(habits)
    (tmp_path / "u.csv").write_bytes("Kommun;Andel;År\r\nAnkeborg;1;2024\r\n".encode("cp1252"))
    with pytest.raises(WorkbookError, match="Ankeborg"):
        mapped.observations(tmp_path / "u.csv", mapping, Catalogue(ROOT / "data"))


def test_a_dry_run_shows_the_mapping_and_writes_nothing(
    root: Path, refused: Refused, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("Område;Andel;Annat\nX1;95;7\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text(MAP, encoding="utf-8")
    arguments = ["import", "table", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.yaml"), "--data", EXAMPLE]
    assert main([*arguments, "--dry-run", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "mhv_tillfragade K/T" in said and "(not read)" in said and "1 new" in said and "Nothing was written." in said
    # Without --yes and without a terminal nothing is written either.
    assert "not interactive" in one_sentence(refused(*arguments, root=root))
