"""What papermill finds by its entry point. It loads this while it is itself being loaded, so nothing here may import papermill."""

from __future__ import annotations

from typing import Any


class Plugin:
    """The engine, loaded when a notebook first asks for it."""

    @classmethod
    def execute_notebook(cls, *arguments: Any, **options: Any) -> Any:
        """Run a notebook (`lib.build.kernel.engine.WarmEngine`)."""
        return _engine().execute_notebook(*arguments, **options)

    @classmethod
    def nb_kernel_name(cls, *arguments: Any) -> str:
        """Return the name of the kernel that a notebook asks for."""
        return _engine().nb_kernel_name(*arguments)

    @classmethod
    def nb_language(cls, *arguments: Any) -> str:
        """Return the language of a notebook."""
        return _engine().nb_language(*arguments)


def _engine() -> Any:
    from lib.build.kernel.engine import WarmEngine

    return WarmEngine
