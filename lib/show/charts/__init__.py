"""Charts: seaborn on matplotlib, drawn as SVG in a wide and a narrow form; the same numbers give the same bytes."""

from lib.show.charts.areas import area_map, dots, dumbbells
from lib.show.charts.series import lines, multiples, sparkline
from lib.show.charts.style import svg

__all__ = ["area_map", "dots", "dumbbells", "lines", "multiples", "sparkline", "svg"]
