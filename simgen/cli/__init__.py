"""The command line: typed functions, one line for what cannot be used, exit codes that scripts can trust."""

import errno
import functools
import io
import os
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NoReturn

EXIT_DONE, EXIT_FAILED, EXIT_BAD_INPUT, EXIT_INTERRUPTED = 0, 1, 2, 130


_UNUSABLE_PATH = {
    errno.EACCES, errno.EEXIST, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR,
    errno.ENOTEMPTY, errno.EPERM, errno.EROFS,
}  # fmt: skip
"""What the system says of a path that a user named and that cannot be used."""


def main() -> NoReturn:
    """Runs the command that `sys.argv` names and exits.

    0 done; 1 something failed or the disk is full; 2 unusable input, one line on stderr; 130 interrupted, resumable.
    """
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    if arguments == ["--version"]:
        from simgen.version import VERSION

        print(f"simgen {VERSION}")
        sys.exit(EXIT_DONE)
    sys.exit(_run(arguments, debug))


def _run(arguments: list[str], debug: bool) -> int:
    from simgen.errors import InputError

    try:
        return _dispatch(arguments)
    except InputError as error:
        return _complain(error, EXIT_BAD_INPUT, debug)
    except KeyboardInterrupt:
        print("simgen: interrupted; the same command goes on where it stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except OSError as error:
        return _complain(error, EXIT_BAD_INPUT if error.errno in _UNUSABLE_PATH else EXIT_FAILED, debug)
    except Exception as error:
        return _complain(error, EXIT_FAILED, debug)


def _complain(error: BaseException, code: int, debug: bool) -> int:
    if debug:
        raise error
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    elif code == EXIT_BAD_INPUT:
        text = str(error)
    else:
        text = f"{type(error).__name__}: {error} (--debug shows where)"
    print("simgen: " + " ".join(text.split()), file=sys.stderr)
    return code


def _dispatch(arguments: list[str]) -> int:
    """Parses with tyro, whose boxes of errors become one line, and calls the command."""
    import tyro

    from simgen.cli.commands import COMMANDS

    functions = {name: function for name, function in COMMANDS.items() if not arguments or name == arguments[0]}
    app = tyro.extras.SubcommandApp()
    for name, function in (functions if arguments and functions else COMMANDS).items():
        app.command(name=name)(_deferred(function))
    errors, output = io.StringIO(), io.StringIO()
    try:
        with redirect_stderr(errors), redirect_stdout(output):
            call = app.cli(prog="simgen", args=arguments, description=_DESCRIPTION)
    except SystemExit as stop:
        if stop.code in (0, None):
            print(output.getvalue(), end="")
            return EXIT_DONE
        print("simgen: " + _one_line(errors.getvalue() or output.getvalue(), arguments), file=sys.stderr)
        return EXIT_BAD_INPUT
    return int(call() or EXIT_DONE)


_DESCRIPTION = (
    "Labelled camera, lidar and robot sensor data from driving scenarios. Exit codes: 0 done, 1 failed, 2 bad input."
)


def _deferred(function: Callable[..., int]) -> Callable[..., object]:
    """The same signature, but the call only returns what is to be called: parsing stays apart from work."""

    @functools.wraps(function)
    def parsed(*args: Any, **kwargs: Any) -> object:
        return functools.partial(function, *args, **kwargs)

    parsed.__annotations__ = {**function.__annotations__, "return": object}
    return parsed


def _one_line(box: str, arguments: list[str]) -> str:
    """Tyro's box of an error, without its frame and its hints."""
    from simgen.cli.commands import COMMANDS

    if not arguments or (arguments[0] not in COMMANDS and not arguments[0].startswith("-")):
        got = repr(arguments[0]) if arguments else "nothing"
        return f"expected one of the commands {', '.join(COMMANDS)}, got {got}"
    lines = [re.sub(r"[│╭╮╰╯─|+]+", " ", line).strip(" -") for line in box.splitlines()]
    useful = [line for line in lines if line and not line.startswith(("Parsing error", "For full helptext"))]
    text = " ".join(" ".join(useful).split())
    return f"{arguments[0]}: {text}"[:400] or "the options cannot be read"
