// Sun and sky; directions in the camera's frame, radiance exposed.

uniform vec3 up;
uniform vec3 to_sun;
uniform vec3 sun;            // radiance of a white surface that faces the sun
uniform vec3 sky_light;      // the same under the whole sky
uniform vec3 ground_light;   // the same above the ground alone
uniform vec3 horizon;        // radiance of the sky low and high
uniform vec3 zenith;

#ifdef ROOFED
#include "roofs.glsl"
#endif

// How much of the sky's light comes to a place; less under roofs.
float openness(vec3 place) {
#ifdef ROOFED
    return under_roof(place).x;
#else
    return 1.0;
#endif
}

// Light from the whole sphere onto a surface at a place whose normal has this cosine to the vertical.
vec3 ambient(float above, vec3 place) {
    vec3 light = mix(ground_light, sky_light, above * 0.5 + 0.5);
#ifdef ROOFED
    vec2 inside = under_roof(place);
    light = light * inside.x + roof_light * inside.y;
#endif
    return light;
}
