"""The one exception that bad input raises."""


class InputError(ValueError):
    """Something that a user wrote cannot be used.

    The message is one line that names the place and what was expected there, for example
    ``scenarios/x.py: ego.speed_mps: expected 0..60, got -4``. The command line prints it alone and exits with 2.
    """


class MissingLibraryError(InputError):
    """A library or driver that this machine lacks; the message names the command that installs it."""
