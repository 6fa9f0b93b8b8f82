"""Objects and signals beside a road, as OpenDRIVE elements."""

from .sheet import Element, element, sub


def crosswalk(id_: str, s_m: float, depth_m: float, half_width_m: float, t_m: float = 0.0) -> Element:
    """A zebra crossing over the road, its middle at `s_m`, `depth_m` long in the direction of traffic."""
    return _painted("crosswalk", id_, "zebra", s_m, t_m, depth_m=depth_m, width_m=2.0 * half_width_m)


def stop_line(id_: str, s_m: float, t_m: float, width_m: float) -> Element:
    """A stop line, 0.5 m deep, across one lane.

    Source: RMS (German guidelines for road marking), sheet Z 294: 0.50 m.
    """
    return _painted("roadMark", id_, "StopLine", s_m, t_m, depth_m=0.5, width_m=width_m)


def _painted(kind: str, id_: str, name: str, s_m: float, t_m: float, *, depth_m: float, width_m: float) -> Element:
    made = element("object", id=id_, name=name, type=kind, s=s_m, t=t_m, zOffset=0.0, orientation="none", hdg=0.0)
    for key, value in (("length", depth_m), ("width", width_m), ("height", 0.0)):
        made.set(key, f"{value:.12g}")
    outline = sub(sub(made, "outlines"), "outline", id="0", closed="true", outer="true")
    u, v = depth_m / 2.0, width_m / 2.0
    for k, (cu, cv) in enumerate(((-u, -v), (u, -v), (u, v), (-u, v))):
        sub(outline, "cornerLocal", id=str(k), u=cu, v=cv, z=0.0, height=0.0)
    return made


def standing(
    id_: str,
    kind: str,
    name: str,
    s_m: float,
    t_m: float,
    *,
    height_m: float,
    radius_m: float,
    z_offset_m: float = 0.0,
    heading_rad: float = 0.0,
) -> Element:
    """A round thing on the ground: tree, pole, lamp post, bollard."""
    return element(
        "object",
        id=id_,
        name=name,
        type=kind,
        s=s_m,
        t=t_m,
        zOffset=z_offset_m,
        orientation="none",
        hdg=heading_rad,
        height=height_m,
        radius=radius_m,
    )


def along(
    id_: str,
    kind: str,
    name: str,
    *,
    s_m: float,
    length_m: float,
    distance_m: float,
    t_m: float,
    height_m: float,
    width_m: float,
    each_m: float = 0.0,
    z_offset_m: float = 0.0,
    t_end_m: float | None = None,
) -> Element:
    """A thing again and again along the road; `distance_m` 0 is one unbroken thing."""
    made = element(
        "object",
        id=id_,
        name=name,
        type=kind,
        s=s_m,
        t=t_m,
        zOffset=z_offset_m,
        orientation="none",
        hdg=0.0,
        length=each_m or length_m,
        width=width_m,
        height=height_m,
    )
    repeat = sub(
        made,
        "repeat",
        s=s_m,
        length=length_m,
        distance=distance_m,
        tStart=t_m,
        tEnd=t_m if t_end_m is None else t_end_m,
    )
    for key, value in (("height", height_m), ("zOffset", z_offset_m), ("width", width_m), ("length", each_m)):
        if key != "length" or each_m:
            repeat.set(f"{key}Start", f"{value:.12g}")
            repeat.set(f"{key}End", f"{value:.12g}")
    return made


def parking_bays(id_: str, *, s_m: float, length_m: float, t_m: float, bay_m: float, width_m: float) -> Element:
    """Bays along the kerb, divided by white lines."""
    made = along(
        id_,
        "parkingSpace",
        "bay",
        s_m=s_m + bay_m / 2.0,
        length_m=length_m - bay_m,
        distance_m=bay_m,
        t_m=t_m,
        height_m=0.0,
        width_m=width_m,
        each_m=bay_m,
    )
    sub(made, "parkingSpace", access="all")
    markings = sub(made, "markings")
    for side in ("front", "rear"):
        sub(
            markings,
            "marking",
            side=side,
            color="white",
            width=0.1,
            lineLength=width_m,
            spaceLength=0.0,
            startOffset=0.0,
            stopOffset=0.0,
        )
    return made


def signal(
    id_: str,
    name: str,
    *,
    s_m: float,
    t_m: float,
    kind: str,
    subtype: str = "-1",
    forward: bool = True,
    dynamic: bool = False,
    z_offset_m: float = 2.2,
    value: float = -1.0,
    height_m: float = 0.6,
    width_m: float = 0.6,
    lanes: tuple[int, int] | None = None,
) -> Element:
    """A traffic sign or light that faces the traffic of one direction.

    Source: signs by the numbers of the German StVO catalogue; "1000001" is OpenDRIVE's three-aspect traffic light.
    """
    made = element(
        "signal",
        id=id_,
        name=name,
        s=s_m,
        t=t_m,
        dynamic="yes" if dynamic else "no",
        orientation="+" if forward else "-",
        zOffset=z_offset_m,
        country="OpenDRIVE" if dynamic else "DE",
        type=kind,
        subtype=subtype,
        value=value,
        height=height_m,
        width=width_m,
        hOffset=0.0,
        pitch=0.0,
        roll=0.0,
    )
    if value > 0:
        made.set("unit", "km/h")
    if lanes is not None:
        sub(made, "validity", fromLane=str(min(lanes)), toLane=str(max(lanes)))
    return made


def smooth_rise(
    start_m: float, length_m: float, low_m: float, high_m: float
) -> tuple[float, float, float, float, float]:
    """An elevation record that leaves and arrives level."""
    rise = high_m - low_m
    return (start_m, low_m, 0.0, 3.0 * rise / length_m**2, -2.0 * rise / length_m**3)


def give_way_line(id_: str, s_m: float, t_m: float, width_m: float) -> Element:
    """A give-way line across one lane: blocks of 0.5 m in the direction of traffic and 0.5 m apart.

    Source: StVO sign 341; RMS, sheet Z 341: blocks 0.50 m wide, 0.25 m apart.
    """
    made = element("object", id=id_, name="GiveWayLine", type="roadMark", s=s_m, t=t_m, zOffset=0.0, orientation="none")
    for key, value in (("hdg", 0.0), ("length", 0.5), ("width", width_m), ("height", 0.0)):
        made.set(key, f"{value:.12g}")
    outlines = sub(made, "outlines")
    count = max(2, round((width_m + 0.25) / 0.75))
    pitch = (width_m + 0.25) / count
    for n in range(count):
        low = -width_m / 2.0 + n * pitch
        outline = sub(outlines, "outline", id=str(n), closed="true", outer="true")
        high = low + pitch - 0.25
        for k, (u, v) in enumerate(((-0.25, low), (0.25, low), (0.25, high), (-0.25, high))):
            sub(outline, "cornerLocal", id=str(k), u=u, v=v, z=0.0, height=0.0)
    return made


def painted_line(
    id_: str,
    *,
    s_m: float,
    length_m: float,
    t_m: float,
    width_m: float,
    colour: str = "white",
    dash_m: float = 0.0,
    gap_m: float = 0.0,
) -> Element:
    """A line painted along the road in addition to the lanes' own marks, such as old ones under new ones."""
    made = element("object", id=id_, name="line", type="roadMark", subtype=colour, s=s_m, t=t_m, zOffset=0.0)
    made.set("orientation", "none")
    outlines = sub(made, "outlines")
    period = dash_m + gap_m if dash_m else 10.0
    for n in range(int(length_m / period)):
        start = s_m + n * period
        end = start + (dash_m or period)
        outline = sub(outlines, "outline", id=str(n), closed="true", outer="true")
        low, high = t_m - width_m / 2.0, t_m + width_m / 2.0
        for k, (s, t) in enumerate(((start, low), (end, low), (end, high), (start, high))):
            sub(outline, "cornerRoad", id=str(k), s=s, t=t, dz=0.0, height=0.0)
    return made
