"""The engine class that papermill finds by its entry point.

papermill loads this module while papermill itself is being imported, so the module may not import papermill.
"""

from __future__ import annotations

from typing import Any


class Plugin:
    """Stands in for `WarmEngine`, which is loaded when a notebook first needs it."""

    @classmethod
    def execute_notebook(cls, *arguments: Any, **options: Any) -> Any:
        """Run a notebook."""
        return _engine().execute_notebook(*arguments, **options)

    @classmethod
    def nb_kernel_name(cls, *arguments: Any) -> Any:
        """Return the name of the kernel that a notebook asks for."""
        return _engine().nb_kernel_name(*arguments)

    @classmethod
    def nb_language(cls, *arguments: Any) -> Any:
        """Return the language of a notebook."""
        return _engine().nb_language(*arguments)


def _engine() -> Any:
    from lib.build.kernel.engine import WarmEngine

    return WarmEngine
