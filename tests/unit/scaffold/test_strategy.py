"""What a new county says of its strategy, actors and plans is put into its files; refusals change nothing."""

from pathlib import Path

import pytest

from lib.base.files import fingerprint
from lib.data.catalogue import Catalogue
from tests.conftest import ROOT, Refused
from tests.unit.scaffold.conftest import run

PERIOD = ["--title", "Plan", "--first-year", "2025", "--last-year", "2027", "--published", "2025-01-15"]


@pytest.fixture(scope="module")
def skane(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workbook, with what is known put into it."""
    root = tmp_path_factory.mktemp("county") / "skane"
    run("new", "workbook", str(root), "--county", "Skåne län", "--year", "2025", "--goal", "Förebygga", root=ROOT)
    kinds = ["--violence-type", "våld i nära relation", "--violence-type", "hedersrelaterat våld"]
    years = ["--first-year", "2024", "--last-year", "2030"]
    run("new", "strategy", "--title", "Strategi: 2024–2030", "--vision", "fritt från våld", *years, *kinds, root=root)
    run("new", "actor", "polisen", "--name", "Polisregion Syd", "--known-from", "2024-05-30", root=root)
    run("new", "plan", "hp", *PERIOD, root=root)
    run("new", "commitment", "--plan", "hp", "--goal", "1", "--actor", "polisen", "--text", "Fråga alla.", root=root)
    return root


def test_strategy_actor_plan_and_commitment_are_in_the_catalogue(skane: Path) -> None:
    known = Catalogue(skane / "data")
    strategy = known.strategies["lansstrategi"]
    assert (strategy.title, strategy.first_year, strategy.last_year) == ("Strategi: 2024–2030", 2024, 2030)
    assert strategy.vision == "fritt från våld"
    assert strategy.violence_types == ["våld i nära relation", "hedersrelaterat våld"]
    assert known.actors["polisen"].known_from.isoformat() == "2024-05-30"  # type: ignore[union-attr]
    assert known.plans["hp"].covers(2026) and not known.plans["hp"].covers(2028)
    assert known.commitments["hp_01"].actors == ["polisen"]


REFUSED = {
    "a title that is known": (["strategy", "--title", "X"], "has its title (”Strategi: 2024–2030”)"),
    "an actor that exists": (["actor", "polisen", "--name", "X"], "there is the actor 'polisen' already"),
    "a malformed id": (["actor", "Polisen!", "--name", "X"], "cannot be a new actor's id; use a-z, 0-9 and _"),
    "a plan that exists": (["plan", "hp", *PERIOD], "there is the plan 'hp' already"),
    "years in the wrong order": (
        ["plan", "ny", "--title", "X", "--first-year", "2028", "--last-year", "2027", "--published", "2025-01-15"],
        "first_year must not be later than last_year",
    ),
    "an unknown source": (["actor", "x", "--name", "X", "--source", "f99"], "there is no source 'f99'"),
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_one_sentence_and_changes_nothing(
    skane: Path, refused: Refused, arguments: list[str], message: str
) -> None:
    before = fingerprint(skane)
    code, error = refused("new", *arguments, root=skane)
    assert code == 1 and error.count("\n") == 1 and message in error, error
    assert fingerprint(skane) == before
