// Fog: Beer-Lambert along the ray.

#ifdef FOG
uniform float extinction;
uniform vec3 airlight;

vec3 through_air(vec3 light, float range) {
    return mix(airlight, light, exp(-extinction * range));
}
#endif
