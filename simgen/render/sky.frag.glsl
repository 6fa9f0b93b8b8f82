// The sky where nothing stands: a picture of the hemisphere, made when the weather changes.

in vec3 sky_at;
layout(location = 0) out uvec2 pixel;

#include "pixel.glsl"
#ifdef SHADE
#include "air.glsl"
uniform sampler2D sky;
uniform float sky_brightest;
#endif

void main() {
#ifdef SHADE
    vec3 root = texture(sky, sky_at.xy).rgb;
#ifdef FOG
    // The fog is a layer: a look upward leaves it.
    vec3 light = through_air(root * root * sky_brightest, 60.0 / max(sky_at.z, 0.004));
    pixel = uvec2(SKY, coded(light));
#else
    pixel = uvec2(SKY, joined(root * sqrt(sky_brightest / BRIGHTEST)));
#endif
#else
    pixel = uvec2(SKY, 0u);
#endif
}
