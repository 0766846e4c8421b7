"""Build hook: a wheel brings the compiled index of its own facts, so that its first look-up is warm."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileIndex(BuildHookInterface[Any]):
    """Compiles the facts of the source tree into a file that goes beside them in the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the index to the wheel; an editable install compiles its own."""
        self.folder = ""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        from kosrel import cache, shipped
        from kosrel.build import compile_folder

        facts = os.path.join(self.root, "facts")
        self.folder = tempfile.mkdtemp()
        file = os.path.join(self.folder, shipped.INDEX)
        cache.seal(compile_folder(Path(facts), file), file, cache.content_stamp(facts))
        build_data["force_include"][file] = f"kosrel/{shipped.INDEX}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made for the wheel."""
        if self.folder:
            shutil.rmtree(self.folder)
