// The sky where nothing stands: a picture of the hemisphere, made when the weather changes.

in vec3 along;
in vec3 aim;
layout(location = 0) out uint id;

#ifdef SHADE
layout(location = 1) out vec4 colour;
#include "shade.glsl"
uniform sampler2D sky;
uniform float disc;
uniform vec3 sun_radiance;
#endif

void main() {
    id = 0xFFFFFFFFu;
#ifdef SHADE
    vec3 d = along * inversesqrt(dot(along, along));
    vec2 where = d.xy / (1.0 + abs(d.z)) * 0.498 + 0.5;
    vec3 light = texture(sky, where).rgb;
    float near_sun = dot(aim, to_sun) * inversesqrt(dot(aim, aim));
    light += sun_radiance * clamp((near_sun - disc) * 2.0e5, 0.0, 1.0);
    light = mix(light, horizon, clamp(-d.z * 40.0, 0.0, 1.0));
#ifdef FOG
    light = mix(airlight, light, exp(-extinction * 60.0 / max(d.z, 0.004)));
#endif
    colour = vec4(developed(light), 1.0);
#endif
}
