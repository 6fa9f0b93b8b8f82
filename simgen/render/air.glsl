// Fog, rain and snow: Beer-Lambert along the ray, in air that thins out upward by 1/e in FOG_LAYER_M. Needs light.glsl.

#ifdef FOG
uniform float extinction;
uniform float layer_m;
uniform vec3 airlight;

// Light of a place (in the camera's frame) as it arrives.
vec3 through_air(vec3 light, vec3 place) {
    float rise = dot(place, up) / layer_m;
    // Mean density between the camera and there, of the camera's.
    float mean = abs(rise) < 0.02 ? 1.0 - 0.5 * rise : (1.0 - exp(-rise)) / rise;
    return mix(airlight, light, exp(-extinction * mean * length(place)));
}
#endif
