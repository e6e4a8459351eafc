"""Charts: seaborn on matplotlib, drawn as SVG for a wide and a narrow place, with the same bytes for the same numbers."""

from lib.show.charts.dots import dots, dumbbells
from lib.show.charts.maps import area_map
from lib.show.charts.series import lines, multiples, sparkline
from lib.show.charts.style import svg

__all__ = ["area_map", "dots", "dumbbells", "lines", "multiples", "sparkline", "svg"]
