// One pixel of a surface: which triangle it is, and how it looks.

flat in uint id;
layout(location = 0) out uvec2 pixel;

#ifdef SHADE
in vec4 shadow_u;
flat in uint layer;
uniform sampler2DArray textures;
uniform vec4 ray_from_pixel;   // scale, offset

#include "light.glsl"
#include "pixel.glsl"
#include "air.glsl"
#include "shadow.glsl"

#ifdef MATTE
in float v;
in vec4 light_cosine;
flat in vec3 sunlit;
#else
in vec4 normal_v;
flat in vec4 base_roughness;
flat in vec4 emission_metallic;
#include "shade.glsl"
#endif
#endif

void main() {
#ifdef SHADE
    vec3 ray = vec3(gl_FragCoord.xy * ray_from_pixel.xy + ray_from_pixel.zw, 1.0);
    float arriving = sunshine(shadow_u.xyz);
#ifdef MATTE
    vec3 tint = texture(textures, vec3(shadow_u.w, v, layer)).rgb;
    float cosine = gl_FrontFacing ? light_cosine.w : -light_cosine.w;
    vec3 light = tint * (light_cosine.rgb + sunlit * (clamp(cosine, 0.0, 1.0) * arriving));
#else
    vec3 tint = texture(textures, vec3(shadow_u.w, normal_v.w, layer)).rgb;
    vec3 facing = gl_FrontFacing ? normal_v.xyz : -normal_v.xyz;
    Surface surface = Surface(base_roughness.rgb * tint, base_roughness.w, emission_metallic.rgb, emission_metallic.w);
    vec3 light = shade(ray / gl_FragCoord.w, facing, surface, arriving);
#endif
#ifdef FOG
    light = through_air(light, length(ray) / gl_FragCoord.w);
#endif
    pixel = uvec2(id, coded(light));
#else
    pixel = uvec2(id, 0u);
#endif
}
