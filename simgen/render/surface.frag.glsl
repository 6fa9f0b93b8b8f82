// One pixel of a surface: which triangle it is, and how it looks.

flat in uint id;
layout(location = 0) out uvec2 pixel;
#ifdef WIDE
layout(location = 1) out uvec2 wide;   // light as half floats, for cameras with effects
#endif

#ifdef SHADE
uniform vec4 ray_from_pixel;   // scale, offset
#ifdef TEXTURED
in vec4 shadow_u;
flat in uint layer;
uniform sampler2DArray textures;
#else
in vec3 shadow_u;
#endif

#include "light.glsl"
#include "pixel.glsl"
#include "air.glsl"
#include "shadow.glsl"
#include "snow.glsl"

#if defined(SNOW) && !defined(SMALL)
flat in vec2 snow;
#ifdef MATTE
in float above;
#endif
#endif
#ifdef SMALL
in vec3 shaded;
in vec3 sunlit;
#elif defined(MATTE)
in vec4 light_cosine;
flat in vec3 sunlit;
#ifdef TEXTURED
in float v;
#endif
#else
flat in vec4 base_roughness;
flat in vec4 emission_metallic;
#ifdef TEXTURED
in vec4 normal_v;
#else
in vec3 normal_v;
#endif
#include "shade.glsl"
#endif

vec3 tint() {
#if defined(TEXTURED) && defined(MATTE)
    return texture(textures, vec3(shadow_u.w, v, layer)).rgb;
#elif defined(TEXTURED)
    return texture(textures, vec3(shadow_u.w, normal_v.w, layer)).rgb;
#else
    return vec3(1.0);
#endif
}
#endif

void main() {
#ifdef SHADE
    vec3 ray = vec3(gl_FragCoord.xy * ray_from_pixel.xy + ray_from_pixel.zw, 1.0);
    float arriving = sunshine(shadow_u.xyz);
#ifdef SMALL
    vec3 light = shaded + sunlit * arriving;
#elif defined(MATTE)
    float cosine = gl_FrontFacing ? light_cosine.w : -light_cosine.w;
    vec3 light = tint() * (light_cosine.rgb + sunlit * (clamp(cosine, 0.0, 1.0) * arriving));
#ifdef SNOW
    float level = gl_FrontFacing ? above : -above;
    vec3 white = snow.y * (ambient(level, ray / gl_FragCoord.w) + sun * (clamp(cosine, 0.0, 1.0) * arriving));
    light = mix(light, white, lying(level, snow.x, ray / gl_FragCoord.w));
#endif
#else
    vec3 facing = gl_FrontFacing ? normal_v.xyz : -normal_v.xyz;
    Surface surface = Surface(base_roughness.rgb * tint(), base_roughness.w, emission_metallic.rgb, emission_metallic.w);
#ifdef SNOW
    float white = lying(dot(facing, up) * inversesqrt(max(dot(facing, facing), 1e-12)), snow.x, ray / gl_FragCoord.w);
    surface.albedo = mix(surface.albedo, vec3(snow.y), white);
    surface.roughness = mix(surface.roughness, 0.9, white);
    surface.emission *= 1.0 - white;
    surface.metallic *= 1.0 - white;
#endif
    vec3 light = shade(ray / gl_FragCoord.w, facing, surface, arriving);
#endif
#ifdef FOG
    light = through_air(light, ray / gl_FragCoord.w);
#endif
    pixel = uvec2(id, coded(light));
#ifdef WIDE
    vec3 held = min(light, vec3(60000.0));
    wide = uvec2(packHalf2x16(held.rg), packHalf2x16(vec2(held.b, 0.0)));
#endif
#else
    pixel = uvec2(id, 0u);
#endif
}
