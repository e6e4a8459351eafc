"""Finished reports: read whole or refused, and copies of a workbook to build in."""

from datetime import date
from pathlib import Path

import pytest

from lib.base.errors import WorkbookError
from lib.base.workbook import Workbook
from lib.data.catalogue import Catalogue
from lib.review import built
from tests.conftest import ROOT
from tests.unit.review.reports import CONTENT, fact, write_report


def test_a_report_is_read_with_its_facts_page_and_content(tmp_path: Path) -> None:
    write_report(tmp_path / "2024", [fact()])
    report = built.read_built(tmp_path / "2024", "2024")
    assert (report.name, report.facts, report.content) == ("2024", [fact()], CONTENT)
    assert [heading.get_text() for heading in report.page.find_all("h2")] == ["Mål 3"]


@pytest.mark.parametrize("file", ["manifest.json", "facts.json", "lagesrapport-2024.html"])
def test_a_report_that_lacks_a_file_is_refused(tmp_path: Path, file: str) -> None:
    write_report(tmp_path / "2024")
    (tmp_path / "2024" / file).unlink()
    with pytest.raises(WorkbookError, match=r"holds no built report; build it first \(lagesrapport build 2024\)"):
        built.read_built(tmp_path / "2024", "2024")


@pytest.mark.parametrize("text", ["{", "[1]", '[{"id": "x"}]'])
def test_facts_that_no_build_wrote_are_refused(tmp_path: Path, text: str) -> None:
    write_report(tmp_path / "2024")
    (tmp_path / "2024/facts.json").write_text(text, encoding="utf-8")
    with pytest.raises(WorkbookError, match="is not as a build wrote it"):
        built.read_built(tmp_path / "2024", "2024")


def test_a_figure_is_described_in_words() -> None:
    catalogue = Catalogue(ROOT / "data/exempel")
    title = catalogue.indicators["mhv_tillfragade"].title
    assert built.subject(fact(), catalogue) == [title, "2024", "Exempellän", "Kvinnor"]
    assert built.subject(fact(sex="T"), catalogue) == [title, "2024", "Exempellän"]
    assert built.subject(fact(indicator="borttagen", region="99"), catalogue) == ["borttagen", "2024", "99"]
    assert built.figure(fact()) == "80 procent"
    assert built.figure(fact(None, status="Q")) == "inget värde (Q)"


def test_a_copy_has_what_a_build_reads_and_is_removed(workbook: Path) -> None:
    (workbook / "output").mkdir()
    (workbook / "requirements.lock").write_text("pandas==2.2\n", encoding="utf-8")
    with built.copied(Workbook(workbook)) as copy:
        assert sorted(path.name for path in copy.root.iterdir()) == [
            "data",
            "notebooks",
            "parameters",
            "requirements.lock",
        ]
        assert (workbook / "data/raw").is_dir() and not (copy.root / "data/raw").exists()
    assert not copy.root.exists()


def test_another_cut_off_is_built_as_a_draft_in_a_copy(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = workbook / "parameters/2022.yaml"
    text = parameters.read_text(encoding="utf-8").replace("status: utkast", "status: fastställd")
    parameters.write_text(text, encoding="utf-8")

    def build(copy: Workbook, name: str, *, paper: bool) -> None:
        changed = (copy.parameters / f"{name}.yaml").read_text(encoding="utf-8")
        assert "cut_off: 2022-12-31\n" in changed and "status: utkast" in changed and not paper
        write_report(copy.output / name)

    monkeypatch.setattr(built, "build", build)
    assert built.build_as_of(Workbook(workbook), "2022", date(2022, 12, 31)).name == "2022-12-31"
    assert parameters.read_text(encoding="utf-8") == text
    parameters.write_text(text.replace("cut_off: ", "cut_off:  ").replace("\ncut_off", "\n cut_off"), encoding="utf-8")
    with pytest.raises(WorkbookError, match="on a line by itself"):
        built.build_as_of(Workbook(workbook), "2022", date(2022, 12, 31))
