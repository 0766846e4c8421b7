"""Questions about Kosovo–Serbia relations, answered with the line where it is written.

Importing this package imports nothing else: its names are loaded when first used (PEP 562).
"""

__all__ = ["Answer", "FactBase", "KosrelError", "__version__"]

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.errors import KosrelError as KosrelError
    from kosrel.factbase import Answer as Answer
    from kosrel.factbase import FactBase as FactBase


def __getattr__(name: str) -> object:
    """The exported object called ``name``, imported now; AttributeError for any other name."""
    if name in ("Answer", "FactBase"):
        from kosrel import factbase

        return getattr(factbase, name)
    if name == "KosrelError":
        from kosrel.errors import KosrelError

        return KosrelError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The exported names, so that tab completion shows them before they are loaded."""
    return sorted(__all__)
