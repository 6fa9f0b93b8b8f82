"""Gymnasium environments over the same simulation and sensors.

Gymnasium 1.0 dropped its plug-in entry points, so `import simgen` registers the ids: at once where Gymnasium is
imported already, otherwise right after it is (importing it ourselves would cost every command 0.3 s).
`gymnasium.make("simgen:simgen/Drive-v0")` works without an import. Older versions find `register` by entry point.
"""

import importlib.util
import sys
from collections.abc import Iterable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


def register() -> None:
    """Makes `gymnasium.make("simgen/Drive-v0")` work; may be called again."""
    from gymnasium.envs.registration import register as register_id
    from gymnasium.envs.registration import registry

    if "simgen/Drive-v0" not in registry:
        register_id(id="simgen/Drive-v0", entry_point="simgen.envs.drive:DriveEnv")


def register_when_imported() -> None:
    """Registers now if Gymnasium is imported, otherwise as soon as it is."""
    if "gymnasium.envs.registration" in sys.modules:
        register()
    elif not any(isinstance(finder, _AfterGymnasium) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AfterGymnasium())


class _AfterGymnasium(MetaPathFinder):
    """Lets Gymnasium be found as always, and registers when it has been executed."""

    def find_spec(
        self, fullname: str, path: Iterable[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def execute_and_register(module: ModuleType) -> None:
            execute(module)
            register()

        spec.loader.exec_module = execute_and_register  # type: ignore[method-assign]
        return spec
