"""What goes wrong with sensors: a file for each place where it happens, put together by `FaultModel`."""

from simgen.sensing.faults.model import FaultModel

__all__ = ["FaultModel"]
