"""The commands by name; each lives in its own file and imports what is heavy when it runs."""

from collections.abc import Callable

from simgen.cli.benchmark import bench
from simgen.cli.doctor import doctor
from simgen.cli.generating import generate
from simgen.cli.listing import list_, show
from simgen.cli.reading import export, info, preview, validate
from simgen.cli.resensing import resense

COMMANDS: dict[str, Callable[..., int]] = {
    "list": list_,
    "show": show,
    "generate": generate,
    "resense": resense,
    "info": info,
    "validate": validate,
    "export": export,
    "preview": preview,
    "doctor": doctor,
    "bench": bench,
}
