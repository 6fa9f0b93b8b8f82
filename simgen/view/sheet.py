"""The contact sheet: one moment in every channel, how it came about, every camera."""

import json

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from simgen.readings import Image
from simgen.record.episode import Episode
from simgen.record.streams import CAMERA_DTYPES
from simgen.view.canvas import Canvas, text_width
from simgen.view.grids import draw_grids
from simgen.view.moments import Moments, choose_moments
from simgen.view.overlay import Shot, draw_labels
from simgen.view.palette import ACCENT, FAR_M, MUTED, NEAR_M, PANEL, colour_channel
from simgen.view.topdown import draw_from_above

WIDTH = 1920
_GAP = 12
_HEADER = 74
_HERO = 720
_SMALL = 6
_WIDE = 2.2
_ONCE = ("rgb", "flow_backward")
_TOLD = {
    "depth": f"log, {NEAR_M:g} m warm .. {FAR_M:g} m cold",
    "semantic": "classes",
    "instance": "actors",
    "normal": "camera frame",
    "flow_forward": "hue: direction",
    "flow_backward": "hue: direction",
}


def contact_sheet(episode: Episode) -> UInt8[ndarray, "_ _ 3"]:
    """The whole episode on one picture."""
    moments = choose_moments(episode)
    rows = [_header(episode, int(episode.times_ns[moments.key]), moments.case)]
    rows += moment_rows(episode, moments.key, moments)
    if moments.camera:
        rows.append(_strip(episode, moments))
        rows += _other_cameras(episode, moments)
    return _stacked(rows)


def moment_page(episode: Episode, keyframe: int, moments: Moments) -> UInt8[ndarray, "_ _ 3"]:
    """One keyframe on one picture: what a video consists of."""
    rows = [_header(episode, int(episode.times_ns[keyframe]), moments.case)]
    return _stacked(rows + moment_rows(episode, keyframe, moments))


def moment_rows(episode: Episode, keyframe: int, moments: Moments) -> list[UInt8[ndarray, "_ _ 3"]]:
    """The camera large with its labels, the surroundings from above, every channel small."""
    inner = WIDTH - 2 * _GAP
    if not moments.camera:
        return [_row([draw_from_above(episode, keyframe, inner, _HERO).pixels])]
    shot = Shot.at(episode, moments.camera, keyframe, moments.actors)
    height, width = int(shot.sensor.attributes["height"]), int(shot.sensor.attributes["width"])
    shown = min(round(_HERO * width / height), round(inner * 0.7))
    hero = draw_labels(shot, shown)
    hero.caption(shot.camera, f"{shot.image.time_ns * 1e-9:.2f} s, {width}x{height}", 17)
    above = draw_from_above(episode, keyframe, inner - shown - _GAP, hero.pixels.shape[0])
    rows = [_row([hero.pixels, above.pixels]), *_channel_rows(shot, inner, wide=width / height > _WIDE)]
    grids = draw_grids(episode, keyframe, (inner - 2 * _GAP) // 3)
    return [*rows, *([_row(grids)] if grids else [])]


def _channel_rows(shot: Shot, inner: int, *, wide: bool) -> list[UInt8[ndarray, "_ _ 3"]]:
    names = [name for name in CAMERA_DTYPES if name in shot.image.channels and name != "rgb"]
    columns = 3 if wide or len(names) > _SMALL else max(len(names), 1)
    width = (inner - (columns - 1) * _GAP) // columns
    return [
        _row([_tile(shot.image, name, width) for name in names[start : start + columns]])
        for start in range(0, len(names), columns)
    ]


def _header(episode: Episode, time_ns: int, case: str) -> UInt8[ndarray, "_ _ 3"]:
    root = episode.attributes
    canvas = Canvas(WIDTH, _HEADER, PANEL)
    title = str(root["scenario"]).replace("_", " ")
    canvas.text(title, 18, 12, 30, bold=True)
    cases = [name for name in json.loads(root["corner_cases"]) if name != root["scenario"]]
    told = [f"seed {root['seed']}", f"world {episode.file['map'].attrs['name']}", f"{len(episode.actors)} actors"]
    told += [f"corner cases: {', '.join(cases)}"] if cases else []
    canvas.text("   ".join(told), 18, 47, 17, colour=MUTED)
    right = f"t = {time_ns * 1e-9:.2f} s"
    canvas.text(right, WIDTH - 18 - text_width(right, 30, bold=True), 12, 30, colour=ACCENT, bold=True)
    active = _phase(episode, time_ns, case)
    canvas.text(active, WIDTH - 18 - text_width(active, 17), 47, 17, colour=MUTED)
    return canvas.pixels


def _phase(episode: Episode, time_ns: int, case: str) -> str:
    event = next((event for event in episode.events() if event["case"] == case), None)
    if event is None:
        return f"of {float(episode.attributes['duration_ns']) * 1e-9:.1f} s"
    start = event["onset_ns"] if event["onset_ns"] >= 0 else event["trigger_ns"]
    passed = (time_ns - start) * 1e-9
    return f"{abs(passed):.2f} s {'after' if passed >= 0 else 'before'} onset of {case.replace('_', ' ')}"


def _strip(episode: Episode, moments: Moments) -> UInt8[ndarray, "_ _ 3"]:
    columns = max(len(moments.strip), 3)
    width = (WIDTH - 2 * _GAP - (columns - 1) * _GAP) // columns
    pictures = []
    for keyframe in moments.strip:
        shot = Shot.at(episode, moments.camera, keyframe, moments.actors)
        canvas = draw_labels(shot, width, cuboids=False)
        time_ns = shot.image.time_ns
        canvas.caption(f"t = {time_ns * 1e-9:.2f} s", _phase(episode, time_ns, moments.case))
        pictures.append(canvas.pixels)
    return _row(pictures)


def _other_cameras(episode: Episode, moments: Moments) -> list[UInt8[ndarray, "_ _ 3"]]:
    """A column a camera: its labels, then its channels."""
    names = [name for name in episode.cameras if name != moments.camera and len(episode.sensors[name])]
    if not names:
        return []
    columns = max(len(names), 3)
    width = (WIDTH - 2 * _GAP - (columns - 1) * _GAP) // columns
    shots = [Shot.at(episode, name, moments.key, moments.actors) for name in names]
    first = []
    for shot in shots:
        canvas = draw_labels(shot, width)
        canvas.caption(shot.camera)
        first.append(canvas.pixels)
    channels = [name for name in CAMERA_DTYPES if name in shots[0].image.channels and name not in _ONCE]
    return [_row(first), *(_row([_tile(shot.image, name, width) for shot in shots]) for name in channels)]


def _tile(image: Image, channel: str, width: int) -> UInt8[ndarray, "_ _ 3"]:
    rgb = image.channels.get("rgb")
    picture = colour_channel(channel, image.channels[channel], rgb)
    canvas = Canvas.on(picture, width, round(picture.shape[0] * width / picture.shape[1]))
    canvas.caption(channel.replace("_", " "), _TOLD.get(channel, "") if width > 280 else "", 14)
    return canvas.pixels


def _row(pictures: list[UInt8[ndarray, "_ _ 3"]]) -> UInt8[ndarray, "_ _ 3"]:
    canvas = Canvas(WIDTH, max(picture.shape[0] for picture in pictures))
    x = _GAP
    for picture in pictures:
        canvas.paste(picture, x, 0)
        x += picture.shape[1] + _GAP
    return canvas.pixels


def _stacked(rows: list[UInt8[ndarray, "_ _ 3"]]) -> UInt8[ndarray, "_ _ 3"]:
    height = sum(row.shape[0] + _GAP for row in rows)
    canvas = Canvas(WIDTH, height + height % 2)  # video needs even sizes
    y = 0
    for row in rows:
        canvas.paste(row, 0, y)
        y += row.shape[0] + _GAP
    return canvas.pixels


def write_png(picture: UInt8[ndarray, "_ _ 3"], path: str) -> None:
    """Writes a picture.

    Raises:
        OSError: it cannot be written.
    """
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not done:
        raise OSError(f"{path}: OpenCV cannot encode a PNG")
    with open(path, "wb") as file:
        file.write(encoded.tobytes())
