"""Charts: seaborn on matplotlib, drawn as SVG for a wide and a narrow place, with the same bytes for the same numbers."""

from lib.charts.dots import dots, dumbbells
from lib.charts.maps import area_map
from lib.charts.series import lines, multiples, sparkline
from lib.charts.style import svg

__all__ = ["area_map", "dots", "dumbbells", "lines", "multiples", "sparkline", "svg"]
