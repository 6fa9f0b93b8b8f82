// One pixel of a surface: which triangle it is, and how it looks.

flat in uint id;
layout(location = 0) out uvec2 pixel;

#ifdef SHADE
in vec4 position_v;
in vec4 shadow_u;
flat in vec4 finish;
uniform sampler2DArray textures;

#include "light.glsl"
#include "pixel.glsl"
#include "air.glsl"
#include "shadow.glsl"

#ifdef MATTE
in vec4 light_cosine;
flat in vec3 sunlit;
#else
in vec3 normal;
flat in vec3 base;
flat in vec3 emission;
#include "shade.glsl"
#endif
#endif

void main() {
#ifdef SHADE
    vec3 tint = texture(textures, vec3(shadow_u.w, position_v.w, finish.w)).rgb;
    float arriving = sunshine(shadow_u.xyz);
#ifdef MATTE
    vec3 light = light_cosine.rgb;
    float cosine = gl_FrontFacing ? light_cosine.w : -light_cosine.w;
    light += sunlit * (clamp(cosine, 0.0, 1.0) * arriving);
    light *= tint;
#else
    vec3 facing = gl_FrontFacing ? normal : -normal;
    vec3 light = shade(position_v.xyz, facing, base * tint, finish.xy, emission, arriving);
#endif
#ifdef FOG
    light = through_air(light, length(position_v.xyz));
#endif
    pixel = uvec2(id, coded(light));
#else
    pixel = uvec2(id, 0u);
#endif
}
