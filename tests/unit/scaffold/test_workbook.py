"""Workbooks for other counties: every county can have one that passes all checks; refusals write nothing."""

from pathlib import Path

import pytest
import yaml

from lib.base.files import read_json
from lib.base.workbook import Workbook
from lib.data import regions
from lib.data.catalogue import Catalogue
from lib.data.observations import read_observations
from lib.data.parameters import read_notebook
from lib.scaffold.draft import check_workbook
from lib.scaffold.workbook import PROSE
from tests.conftest import ROOT, Refused
from tests.unit.scaffold.conftest import run


def test_goals_may_be_named_at_once(tmp_path: Path) -> None:
    root = tmp_path / "uppsala"
    titles = ["Förebygga", "Skydda: barn"]
    run("new", "workbook", str(root), "--county", "uppsala", "--goal", titles[0], "--goal", titles[1], root=ROOT)
    strategy = Catalogue(root / "data").strategies["lansstrategi"]
    assert [g.short for g in strategy.goals] == titles
    assert (root / "notebooks/02_skydda_barn.ipynb").exists()


@pytest.mark.parametrize("county", regions.counties(), ids=lambda row: row["code"])
def test_every_county_can_have_a_workbook(tmp_path: Path, county: dict[str, str]) -> None:
    root = tmp_path / "lan"
    run("new", "workbook", str(root), "--county", county["name"], root=ROOT)
    check_workbook(Workbook(root))
    catalogue = Catalogue(root / "data")
    own = [r["code"] for r in regions.register() if r["parent"] == county["code"]]
    assert set(read_observations(catalogue)["region"]) - {"00", county["code"]} == set(own)
    assert catalogue.county == county["code"] and catalogue.identity.county == county["name"]
    assert [r.code for r in catalogue.regions.values() if r.type == "kommun"] == own
    assert list(catalogue.outlines) == own
    region = catalogue.region_names[county["police_region"]]
    assert regions.short_name(county["name"]) in region


def test_the_outlines_of_a_new_workbook_are_those_of_this_one_in_its_county() -> None:
    assert regions.outlines_in("01") == read_json(ROOT / "data/geo/municipalities.geojson")


def test_the_prose_of_a_new_workbook_stands_in_for_cells_that_exist() -> None:
    common = ("00", "09", "10", "11")
    paths = [p for p in (ROOT / "notebooks").glob("*.ipynb") if p.name[:2] in common]
    ids = {cell.id for path in paths for cell in read_notebook(path).cells}
    assert set(yaml.safe_load(PROSE.read_text(encoding="utf-8"))) <= ids


NO_WORKBOOK = {
    "an unknown county": (["--county", "Skåneland"], "there is no county 'Skåneland'; did you mean Skåne län"),
    "a year that has not begun": (["--county", "Skåne län", "--year", "2090"], "choose a year that has begun"),
}


@pytest.mark.parametrize(("arguments", "message"), NO_WORKBOOK.values(), ids=NO_WORKBOOK)
def test_a_workbook_that_cannot_be_is_refused(
    tmp_path: Path, refused: Refused, arguments: list[str], message: str
) -> None:
    code, error = refused("new", "workbook", str(tmp_path / "ny"), *arguments, root=ROOT)
    assert code == 1 and error.count("\n") == 1 and message in error
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_or_lies_in_a_workbook_is_left_alone(
    workbook: Path, tmp_path: Path, refused: Refused
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/brev.txt").write_text("viktigt", encoding="utf-8")
    for folder, message in ((tmp_path / "full", "is not empty"), (workbook / "skane", "lies inside the workbook")):
        code, error = refused("new", "workbook", str(folder), "--county", "Skåne län", root=workbook)
        assert code == 1 and message in error
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["brev.txt"] and not (workbook / "skane").exists()
