"""Outputs of a cell are collected in the form that a notebook file has."""

from __future__ import annotations

import numpy as np
import pytest

from lib.build.kernel.shell import Outputs, Stream


def test_text_of_one_stream_is_one_output_until_something_else_is_shown() -> None:
    outputs = Outputs()
    out, err = Stream(outputs, "stdout"), Stream(outputs, "stderr")
    assert out.write("a") == 1
    out.write("b\n")
    err.write("c")
    out.write("")
    out.write("d")
    assert [(o["name"], o["text"]) for o in outputs.take(1)] == [("stdout", "ab\n"), ("stderr", "c"), ("stdout", "d")]
    assert outputs.take(1) == []


def test_results_get_the_cells_number_and_types_that_json_has() -> None:
    outputs = Outputs()
    outputs.add("display_data", data={"application/json": {"n": np.int64(3)}}, metadata={})
    outputs.add("execute_result", data={"text/plain": "21"}, metadata={})
    shown, result = outputs.take(7)
    assert shown == {"output_type": "display_data", "data": {"application/json": {"n": 3}}, "metadata": {}}
    assert result["execution_count"] == 7


def test_a_notebook_that_shows_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lib.build.kernel.shell.MOST_SHOWN", 2_000_000)
    outputs = Outputs()
    with pytest.raises(RuntimeError, match="the notebook shows more than 2 MB; show less"):
        for _ in range(3):
            outputs.write("stdout", "x" * 1_000_000)
    with pytest.raises(RuntimeError, match="more than 2 MB"):
        outputs.add("display_data", data={"text/html": "x" * 3_000_000}, metadata={})
