"""Questions about Kosovo–Serbia relations, answered with the line where it is written.

Importing this package imports nothing else: its names are loaded when first used (PEP 562).
"""

__all__ = ["Answer", "FactBase", "KosrelError", "__version__"]

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kosrel.answer import Answer as Answer
    from kosrel.errors import KosrelError as KosrelError
    from kosrel.factbase import FactBase as FactBase


def __getattr__(name: str) -> object:
    """The exported object called ``name``, imported now; AttributeError for any other name."""
    if name == "FactBase":
        from kosrel.factbase import FactBase

        return FactBase
    if name == "Answer":
        from kosrel.answer import Answer

        return Answer
    if name == "KosrelError":
        from kosrel.errors import KosrelError

        return KosrelError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The exported names, so that tab completion shows them before they are loaded."""
    return sorted(__all__)
