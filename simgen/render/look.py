"""Everything that makes surfaces look like something: lighting, textures, shadows, sky."""

from collections.abc import Sequence

import moderngl
from jaxtyping import Float
from numpy import ndarray

from simgen.render.camera_view import CameraView, State
from simgen.render.context import GraphicsContext
from simgen.render.drawing import Canvas, Drawer
from simgen.render.heaven import SKY_BRIGHTEST, sky_steps
from simgen.render.lamps import MOST, RECORD, Lamps
from simgen.render.light import FOG_LAYER_M, SKY_PIXELS, Light, air_extinction_per_m, light_of
from simgen.render.materials import material_records, texture_array
from simgen.render.programs import assign, program
from simgen.render.roofs import Roofs
from simgen.render.scene import Scene
from simgen.render.shadows import Shadows, SunView
from simgen.world.weather import Weather

Arrays = tuple[moderngl.VertexArray, ...]
"""What draws each kind of batch."""

_TEXTURES, _SHADOWS, _SKY = 0, 1, 2
_MATERIALS = 0
_LAMPS = 3
"""Binding of the block of lamps."""


class Look:
    """Programs and textures of a scene's appearance; one set of programs for each kind of weather."""

    def __init__(self, graphics: GraphicsContext, scene: Scene, drawer: Drawer, canvas: Canvas) -> None:
        self._graphics, self._gl, self._scene = graphics, graphics.gl, scene
        self._drawer, self._canvas = drawer, canvas
        self._arrays: dict[tuple[str, ...], Arrays] = {}
        self._materials = self._gl.buffer(material_records(scene))
        self._dark_materials = self._gl.buffer(material_records(scene, dark=True))
        # Mesa's software renderer looks uniform blocks up in vectors, but buffers number by number.
        fits = self._materials.size <= self._gl.info["GL_MAX_UNIFORM_BLOCK_SIZE"]
        self._block = (f"BLOCK {len(scene.materials)}",) if fits else ()
        self._lamps: Lamps | None = None
        self._roofs = Roofs.of(scene.world)
        self._textures = texture_array(self._gl, scene)
        self._textures.anisotropy = 1.0 if graphics.is_software else 8.0
        self._shadows = Shadows(graphics, scene, drawer, canvas)
        self._sky = self._gl.texture((SKY_PIXELS, SKY_PIXELS), 3, alignment=1)
        self._sky.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._sky_weather: Weather | None = None
        self._weather: Weather | None = None
        self._light: Light | None = None

    def prepare(self, view: CameraView, clip: Sequence[float], state: State, *, wide: bool = False) -> Arrays:
        """Brings shadow maps and uniforms up to date; the vertex arrays to draw with.

        Args:
            view: of the camera.
            clip: its clip space.
            state: lamps and weather.
            wide: light is wanted beyond what pixels are coded for, and lamps as bright as they are.
        """
        defines, values = self._current(view, state)
        if wide:
            defines, values["glow"] = (*defines, "WIDE"), self._lit(state.weather).exposure
        if defines not in self._arrays:
            self._arrays[defines] = self._compile(defines)
        arrays = self._arrays[defines]
        for target in dict.fromkeys(array.program for array in arrays):
            assign(target, clip_from_camera=tuple(clip), ray_from_pixel=_rays(view), **values)
        return arrays

    def prepare_rays(self, view: CameraView, state: State) -> moderngl.VertexArray:
        """The same for what rays found: the vertex array whose three vertices cover the image."""
        weather = state.weather
        defines, values = self._current(view, state)
        if weather != self._sky_weather:
            self._sky.write(sky_steps(weather).tobytes(), alignment=1)
            self._sky_weather = weather
        self._sky.use(_SKY)
        values["world_from_camera"] = tuple(view.world_from_camera[:3, :3].T.reshape(-1).tolist())
        words = ("SHADE", "RAYS", *(word for word in defines if word != "DULL"))
        if words not in self._arrays:
            made = program(self._gl, "ray_shade.vert.glsl", "ray_shade.frag.glsl", words)
            assign(made, textures=_TEXTURES, shadows=_SHADOWS, sky=_SKY, sky_brightest=SKY_BRIGHTEST)
            self._arrays[words] = (self._gl.vertex_array(made, []),)
        (array,) = self._arrays[words]
        assign(array.program, **values)
        return array

    def _current(self, view: CameraView, state: State) -> tuple[tuple[str, ...], dict[str, object]]:
        """The words that programs are compiled with, and their uniforms; maps and textures are bound."""
        weather = state.weather
        light = self._lit(weather)
        values = _uniforms(light, weather, view.world_from_camera)
        sun_view = SunView.of(light.to_key, view.world_from_camera[:3, 3])
        self._shadows.draw(sun_view, view).use(_SHADOWS)
        values["wide_from_fine"] = sun_view.wide_from_fine()
        values["shadow_from_camera"] = _columns(sun_view.map_from_world() @ view.world_from_camera)
        if light.is_dark:
            values |= self._lamps_near(view, state, light)
        self._textures.use(_TEXTURES)
        materials = self._dark_materials if light.is_dark else self._materials
        materials.bind_to_storage_buffer(_MATERIALS)
        if self._block:
            materials.bind_to_uniform_block(_MATERIALS)
        defines = _defines(weather, light)
        if self._roofs is not None:
            defines, values = (*defines, "ROOFED"), values | self._roofs.seen(view.world_from_camera, light.exposure)
        return defines, values

    def _lit(self, weather: Weather) -> Light:
        if self._light is None or weather != self._weather:
            self._weather, self._light = weather, light_of(weather)
        return self._light

    def _compile(self, defines: tuple[str, ...]) -> Arrays:
        words = ("SHADE", *(word for word in defines if word not in ("MATTE", "DULL")))
        words = (*words, *self._block)
        matte = tuple(word for word in ("MATTE", "DULL") if word in defines)
        kinds = [(*words, *texture, *lit) for lit in (matte, ()) for texture in ((), ("TEXTURED",))]
        kinds.append((*words, "SMALL"))
        made = {kind: program(self._gl, "surface.vert.glsl", "surface.frag.glsl", kind) for kind in kinds}
        for each in made.values():
            assign(each, textures=_TEXTURES, shadows=_SHADOWS)
        return tuple(self._canvas.array(made[kind]) for kind in kinds)

    def _lamps_near(self, view: CameraView, state: State, light: Light) -> dict[str, object]:
        """Brings the buffer of lamps up to date; its uniforms."""
        if self._lamps is None:
            self._lamps = Lamps.of(self._scene)
            self._near = self._gl.buffer(reserve=MOST * RECORD.itemsize)
        records, ends = self._lamps.near(view, light.exposure, state.lamps, state.signals)
        self._near.write(records.tobytes())
        self._near.bind_to_uniform_block(_LAMPS)
        return {"lamp_ends": ends}


def _defines(weather: Weather, light: Light) -> tuple[str, ...]:
    wanted = {
        "SNOW": weather.snow_cover > 0.0,
        "FOG": air_extinction_per_m(weather) > 0.0,
        "LAMPS": light.is_dark,
        # Water mirrors, and lamps light each pixel.
        "MATTE": weather.wetness == 0.0 and not light.is_dark,
        "DULL": weather.wetness == 0.0 and light.is_dark,
    }
    return tuple(word for word, use in wanted.items() if use)


def _uniforms(light: Light, weather: Weather, world_from_camera: Float[ndarray, "4 4"]) -> dict[str, object]:
    camera_from_world = world_from_camera[:3, :3].T
    exposed = {
        "sun": light.key, "sky_light": light.sky, "ground_light": light.ground, "horizon": light.horizon,
        "zenith": light.zenith, "airlight": light.airlight,
    }  # fmt: skip
    values: dict[str, object] = {name: tuple((colour * light.exposure).tolist()) for name, colour in exposed.items()}
    values["up"] = tuple(camera_from_world[:, 2].tolist())
    values["to_sun"] = tuple((camera_from_world @ light.to_key).tolist())
    values["glow"] = min(light.exposure, 4.0)
    values["wetness"] = weather.wetness
    values["snow_cover"] = weather.snow_cover
    values["east"], values["north"] = (tuple(row) for row in world_from_camera[:2].tolist())
    values["layer_m"] = FOG_LAYER_M
    values["extinction"] = air_extinction_per_m(weather)
    return values


def _rays(view: CameraView) -> tuple[float, float, float, float]:
    # Skew is not worth a term here: labels have it.
    k = view.camera.K
    return 1.0 / k[0, 0], 1.0 / k[1, 1], -k[0, 2] / k[0, 0], -k[1, 2] / k[1, 1]


def _columns(matrix: Float[ndarray, "4 4"]) -> tuple[float, ...]:
    return tuple(matrix.T.reshape(-1).tolist())
