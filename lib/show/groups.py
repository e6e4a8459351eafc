"""What a chapter can show, in groups: ``chapter.plan.overlap()``. Each method shows the block that a function of `lib.show.blocks` makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, Concatenate, ParamSpec, Protocol

from lib.analysis.view import View
from lib.show.blocks import dots, equality, goals, lines, method, municipalities, plans, registers, summary
from lib.show.blocks.block import Block
from lib.show.facts import Fact
from lib.show.fields import fill

P = ParamSpec("P")
#: The arguments that are texts of the report.
TEXTS = {"caption", "lead", "note", "notes"}
#: What a method that needs something is given in `described`.
EXAMPLES = {
    "figure": '"mhv_tillfragade"',
    "indicator": '"mhv_tillfragade"',
    "key_numbers": '"mhv_tillfragade"',
    "data": '"mhv_tillfragade"',
    "statements": '"framsteg"',
    "table": '"mhv_tillfragade", name="table", caption="Andelen som fick frågan om våld. Procent."',
    "text": '"Andelen var {{ mhv_tillfragade }}."',
    "compare.development": '"rutin_vid_indikation_vuxen", "mhv_tillfragade", name="development"',
    "method.rules": '{"few_numerator": "Få fall: täljaren är mindre än"}',
    "compare.map": '"anmald_misshandel_kvinna_inomhus"',
    "compare.per_municipality": '"anmald_misshandel_kvinna_inomhus", name="kommuner", caption="Anmälda brott per kommun."',
    "compare.years_per_municipality": '"anmald_misshandel_kvinna_inomhus"',
    "compare.two_years": '"rutin_vid_indikation_vuxen", "mhv_tillfragade", name="two-years"',
    "support.matrix": '"stod_till_barn_alla_valdstyper", "stod_till_vuxna_nara_relation"',
    "support.spread": '"rutin_vid_indikation_vuxen"',
    "support.statements": '"mhv_tillfragade"',
}


class Shows(Protocol):
    """What a group needs of a chapter."""

    view: View

    def _show(self, shown: Block) -> None: ...


class Group:
    """Some of the things that a chapter can show."""

    def __init__(self, chapter: Shows) -> None:
        self._chapter = chapter

    def __repr__(self) -> str:
        names = ", ".join(_public(self))
        return f"{type(self).__name__.lower()} has {names}; call one, for example chapter.{type(self).__name__.lower()}.{_public(self)[0]}()"


def shows(make: Callable[Concatenate[View, P], Block]) -> Callable[Concatenate[Group, P], None]:
    """Return a method of a group that shows the block that a function makes of the chapter's view.

    Fields, ``{year}``, are filled in the texts that the method is given: caption, lead and notes.
    """

    @wraps(make)
    def show(group: Group, /, *args: P.args, **kwargs: P.kwargs) -> None:
        view = group._chapter.view
        facts = _fill(view, kwargs)
        shown = make(view, *args, **kwargs)
        group._chapter._show(replace(shown, facts=[*shown.facts, *facts]))

    show.__doc__ = (make.__doc__ or "").replace("Return", "Show", 1)
    return show


def _fill(view: View, arguments: dict[str, Any]) -> list[Fact]:
    """Fill the fields in the texts among arguments, and return their facts."""
    facts = []
    for name in sorted(TEXTS & arguments.keys()):
        given = arguments[name]
        filled = [fill(view, text, "{", "}") for text in ([given] if isinstance(given, str) else given)]
        arguments[name] = filled[0].text if isinstance(given, str) else [one.text for one in filled]
        facts += [fact for one in filled for fact in one.facts]
    return facts


class Goal(Group):
    """The chapter's goal: its conditions, the assessment of it, and what remains to be done."""

    conditions = shows(goals.conditions)
    assessment = shows(goals.assessment)
    remaining = shows(plans.remaining)


class Compare(Group):
    """Several indicators over the years or in the two newest years, and the figures of the municipalities."""

    development = shows(lines.multiples_figure)
    two_years = shows(dots.dumbbell_figure)
    map = shows(municipalities.area_map)
    per_municipality = shows(municipalities.table)
    years_per_municipality = shows(municipalities.development)


class Plan(Group):
    """The action plan: plans and periods, commitments, their status and follow-up, local plans."""

    in_force = shows(plans.plan)
    periods = shows(plans.periods)
    commitments = shows(plans.listing)
    status = shows(plans.status_counts)
    overlap = shows(plans.overlap)
    follow_up = shows(plans.follow_up)
    development_areas = shows(plans.development_areas)
    local = shows(registers.local_plans)


class Support(Group):
    """Equal support in the whole county."""

    matrix = shows(equality.support_matrix)
    spread = shows(equality.spread)
    persons = shows(equality.person_counts)
    responses = shows(method.responses)
    statements = shows(goals.statements_about)


class Strategy(Group):
    """The strategy: its aims, mandate and actors, the documents, and the strategy before it."""

    aims = shows(registers.aims)
    mandate = shows(registers.mandate)
    actors = shows(registers.actors)
    documents = shows(registers.documents)
    predecessor = shows(registers.strategies)


class Method(Group):
    """How the report is made: rules, protection, quality, sources, and what is missing."""

    rules = shows(method.rules)
    policies = shows(method.policies)
    quality = shows(registers.quality)
    sources = shows(method.source_register)
    indicators = shows(registers.indicators)
    states = shows(method.states)
    gaps = shows(registers.gaps_by_kind)
    revisions = shows(registers.revisions)
    disagreements = shows(registers.disagreements)
    data_annex = shows(method.annex)


class Summary(Group):
    """The summary, made of the facts that the other chapters recorded."""

    goals = shows(summary.overview)
    key_figures = shows(summary.key_figures)
    unknown = shows(summary.unknown)


def described(chapter: object) -> Iterator[str]:
    """Yield everything that a chapter can show, grouped things after the others, with a line and an example on each."""
    names = [name for name in _public(chapter) if name != "view"]
    grouped = [name for name in names if isinstance(getattr(chapter, name), Group)]
    for name in names:
        if name not in grouped:
            yield from _described(chapter, name, name)
    for group in grouped:
        members = getattr(chapter, group)
        yield f"\nchapter.{group}: {(members.__doc__ or '').splitlines()[0]}"
        for name in _public(members):
            yield from _described(members, name, f"{group}.{name}")


def _described(holder: object, name: str, path: str) -> Iterator[str]:
    function = getattr(holder, name)
    if not callable(function):
        doc = getattr(type(holder), name).__doc__ or ""
        yield f"chapter.{path}\n    {doc.splitlines()[0]}"
        return
    bare = [p.replace(annotation=Parameter.empty) for p in signature(function).parameters.values()]
    yield f"chapter.{path}{Signature(bare)}"
    yield f"    {' '.join((function.__doc__ or '').split(chr(10) * 2)[0].split())}"
    needed = [p.name for p in bare if p.name in TEXTS and p.default is Parameter.empty]
    given = [EXAMPLES[path]] if path in EXAMPLES else []
    given += [f'{name}="Uppgifter om {{year}}."' for name in needed if f"{name}=" not in EXAMPLES.get(path, "")]
    yield f"    > chapter.{path}({', '.join(given)})"


def _public(holder: object) -> list[str]:
    """Return the public names of an object: a class's in their order, then its own."""
    found = {name: None for kind in type(holder).__mro__ for name in vars(kind) if not name.startswith("_")}
    return [*found, *(name for name in vars(holder) if not name.startswith("_") and name not in found)]
