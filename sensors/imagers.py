"""Image sensors as their datasheets have them; a camera's mount names one as its `device`.

EMVA 1288 defines the figures of datasheets: the best ratio of signal to noise is the root of the full well, and the
dynamic range is the full well over the electrons that are as large as the noise in the dark (noise + 0.5).
"""

from simgen import library
from simgen.errors import InputError
from simgen.imaging.imager import Imager
from simgen.library import entry

DEFAULT = "AR0330"


def imager(name: str) -> Imager:
    """The image sensor of that product name ("IMX255"), library name or .py file; the default where there is none.

    Raises:
        InputError: it is not in the library, or no image sensor.
    """
    asked = name or DEFAULT
    found = library.find("sensors", asked if asked.endswith(".py") else asked.lower().replace("-", "_"))
    made = found.build() if "imager" in found.tags else None
    if not isinstance(made, Imager):
        raise InputError(f"sensors: camera: device: expected an image sensor, for example IMX255, got {name!r}")
    return made


@entry("sensors", source="onsemi AR0330CM datasheet, rev. 18, March 2017, table 1", tags=("device", "imager"))
def ar0330() -> Imager:
    """AR0330CM of onsemi: 2304 x 1536 pixels of 2.2 um in colour, 12 bits, rolling shutter; a camera of dashboards.

    Source: AR0330CM datasheet, rev. 18: SNR at most 39 dB (full well 7943 e-), dynamic range 69.5 dB (2.66 e-: 2.2 e-
    of noise), 2.2 um. Quantum efficiency behind the green filter, dark current and non-uniformities are not published
    there: typical of pixels of its time (0.55; 10 e-/s; 1 % and 1 e-).
    """
    return Imager(
        name="AR0330",
        pixel_um=2.2,
        quantum_efficiency=0.55,
        full_well_e=7943.0,
        read_noise_e=2.2,
        dark_current_e_s=10.0,
        prnu=0.01,
        dsnu_e=1.0,
        bits=12,
        black_dn=168,
        source="onsemi AR0330CM datasheet, rev. 18, March 2017, table 1",
    )


@entry("sensors", source="MATRIX VISION mvBlueFOX3 manual, appendix A.1, IMX255", tags=("device", "imager"))
def imx255() -> Imager:
    """Sony IMX255: 4112 x 2176 pixels of 3.45 um, 12 bits, global shutter; a camera of machines and measuring cars.

    Source: MATRIX VISION mvBlueFOX3 manual, appendix A.1: SNR 40.3 dB (full well 10715 e-), dynamic range 71.3 dB
    (2.92 e-: 2.4 e- of noise), 3.45 um. The other numbers are those that EMVA 1288 reports of this family (Pregius,
    second generation) have about in common: quantum efficiency 0.64, dark current 5 e-/s at 25 deg C that doubles
    every 8 deg, PRNU 0.6 %, DSNU 1 e-.
    """
    return Imager(
        name="IMX255",
        pixel_um=3.45,
        quantum_efficiency=0.64,
        full_well_e=10715.0,
        read_noise_e=2.4,
        dark_current_e_s=5.0,
        prnu=0.006,
        dsnu_e=1.0,
        bits=12,
        black_dn=60,
        source="MATRIX VISION mvBlueFOX3 manual, appendix A.1",
    )
