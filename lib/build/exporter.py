"""The nbconvert exporter ``lagesrapport``: executed notebooks in, one accessible page out.

``jupyter nbconvert --to lagesrapport notebook.ipynb`` works on a single executed notebook; the build gives it all chapters joined.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, TemplateExporter
from traitlets import default
from traitlets.config import Config

from lib.build.page import finish
from lib.show.tables import TEMPLATES

STYLES = ("page.css", "blocks.css", "print.css")


class LagesrapportExporter(HTMLExporter):
    """HTML without code, scripts or remote addresses, in Swedish, on nbconvert's ``basic`` template."""

    export_from_notebook = "Lägesrapport"

    @property
    def default_config(self) -> Config:
        """What the templates say to authors, and cells that only tests read, stay out of the page."""
        own = Config(TagRemovePreprocessor={"enabled": True, "remove_cell_tags": {"remove-cell"}})
        own.merge(super().default_config)
        return own

    @default("template_name")
    def _template_name_default(self) -> str:
        return "lagesrapport"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("exclude_anchor_links")
    def _exclude_anchor_links_default(self) -> bool:
        return True

    @default("language_code")
    def _language_code_default(self) -> str:
        return "sv"

    def from_notebook_node(self, nb: nbformat.NotebookNode, resources: Any = None, **kwargs: Any) -> tuple[str, Any]:
        """Convert, then number and link what only the whole page can tell (`lib.build.page.finish`)."""
        resources = self._init_resources(resources)
        styles = [(TEMPLATES / "lagesrapport" / name).read_text(encoding="utf-8") for name in STYLES]
        resources["lagesrapport_css"] = "\n".join(styles)
        # No code is shown, and so none highlighted; nbconvert's base template names the filters all the same.
        for name in ("highlight_code", "filter_data_type"):
            self.register_filter(name, lambda text, *_, **__: text)
        # Past HTMLExporter, which would read the whole page once more to excuse pictures without alternative text.
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kwargs)
        partial = nb.metadata.get("lagesrapport", {}).get("partial", False)
        return finish(html, partial=partial), resources
