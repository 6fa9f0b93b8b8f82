// The sky where nothing stands: a picture of the hemisphere, made when the weather changes.

in vec3 along;
layout(location = 0) out uvec2 pixel;

#include "pixel.glsl"
#ifdef SHADE
#include "air.glsl"
uniform sampler2D sky;
uniform float sky_brightest;
uniform vec3 sun_at;         // in the world
uniform float disc;          // cosine of the sun's radius
uniform vec3 sun_radiance;
#endif

void main() {
#ifdef SHADE
    vec3 d = along * inversesqrt(dot(along, along));
    vec2 where = d.xy * (0.498 / (1.0 + abs(d.z))) + 0.5;
    vec3 root = texture(sky, where).rgb;
    vec3 light = root * root * sky_brightest;
    light += sun_radiance * clamp((dot(d, sun_at) - disc) * 2.0e5, 0.0, 1.0);
#ifdef FOG
    // The fog is a layer: a look upward leaves it.
    light = through_air(light, 60.0 / max(d.z, 0.004));
#endif
    pixel = uvec2(SKY, coded(light));
#else
    pixel = uvec2(SKY, 0u);
#endif
}
