// Moves a vertex into the camera's frame and looks up its material. MATTE surfaces are lit here, but for the sun's shadow:
// Lambert's law is linear in the normal, so that light interpolated between corners is the light of the interpolated normal.

struct Material {
    vec4 colour_roughness;
    vec4 emission_metallic;
    vec4 texture;   // layer, 1 / metres of a tile, takes paint, how much water darkens it
    uvec4 lamp;     // bit that makes it glow (0: it always does); bits of two floats: share and albedo of snow
};

#ifdef BLOCK   // of so many
layout(std140, binding = 0) uniform Materials { Material materials[BLOCK]; };
#else
layout(std430, binding = 0) readonly buffer Materials { Material materials[]; };
#endif

in vec3 in_position;
in vec3 in_normal;
in vec2 in_uv;
in uvec2 in_label;   // material, face
// An instance each.
in vec4 in_row0;
in vec4 in_row1;
in vec4 in_row2;
in vec4 in_paint;
in uvec2 in_tag;     // first triangle id, lit lamps

uniform mat4 clip_from_camera;
flat out uint id;    // of the face whose last corner this is

#ifdef SHADE
uniform mat4 shadow_from_camera;
uniform float wetness;
uniform float glow;
#include "light.glsl"
#include "snow.glsl"
#ifdef SMALL
#include "shade.glsl"
#endif

// Few and full: each costs time for every triangle.
#ifdef TEXTURED
out vec4 shadow_u;
flat out uint layer;
#else
out vec3 shadow_u;
#endif
#if defined(SNOW) && !defined(SMALL)
flat out vec2 snow;   // most of it, albedo
#ifdef MATTE
out float above;
#endif
#endif
#ifdef SMALL
out vec3 shaded;
out vec3 sunlit;
#elif defined(MATTE)
out vec4 light_cosine;
flat out vec3 sunlit;
#ifdef TEXTURED
out float v;
#endif
#else
flat out vec4 base_roughness;
flat out vec4 emission_metallic;
#ifdef TEXTURED
out vec4 normal_v;
#else
out vec3 normal_v;
#endif
#endif
#endif

void main() {
    vec4 local = vec4(in_position, 1.0);
    vec3 seen = vec3(dot(in_row0, local), dot(in_row1, local), dot(in_row2, local));
    gl_Position = clip_from_camera * vec4(seen, 1.0);
    id = in_tag.x + in_label.y;
#ifdef SHADE
    Material material = materials[in_label.x];
    shadow_u.xyz = (shadow_from_camera * vec4(seen, 1.0)).xyz;
#ifdef TEXTURED
    vec2 tile = in_uv * material.texture.y;
    layer = uint(material.texture.x);
    shadow_u.w = tile.x;
#endif
    vec3 turned = vec3(dot(in_row0.xyz, in_normal), dot(in_row1.xyz, in_normal), dot(in_row2.xyz, in_normal));
    float painted = material.texture.z * in_paint.w;
    vec3 colour = mix(material.colour_roughness.rgb, in_paint.rgb, painted);
    bool lit = material.lamp.x == 0u || (material.lamp.x & in_tag.y) != 0u;
    vec3 glowing = lit ? material.emission_metallic.rgb * glow : vec3(0.0);
#if defined(SNOW) && defined(SMALL)
    float white = lying(dot(turned, up), uintBitsToFloat(material.lamp.y), seen);
    colour = mix(colour, vec3(uintBitsToFloat(material.lamp.z)), white);
#elif defined(SNOW)
    snow = vec2(uintBitsToFloat(material.lamp.y), uintBitsToFloat(material.lamp.z));
#ifdef MATTE
    above = dot(turned, up);
#endif
#endif
#if defined(TEXTURED) && defined(MATTE)
    v = tile.y;
#elif defined(TEXTURED)
    normal_v.w = tile.y;
#endif
#ifdef SMALL
    // Corners catch narrow highlights by chance, so that those of small triangles are wide.
    vec3 facing = dot(turned, seen) > 0.0 ? -turned : turned;
    Surface surface = Surface(colour, max(material.colour_roughness.w, 0.4), glowing, material.emission_metallic.w);
    shaded = shade(seen, facing, surface, 0.0);
    sunlit = shade(seen, facing, surface, 1.0) - shaded;
#elif defined(MATTE)
    light_cosine = vec4(colour * ambient(dot(turned, up), seen) + glowing, dot(turned, to_sun));
    sunlit = colour * sun;
#ifdef ROOFED
    // Shadow maps end somewhere; deep inside there is no sun.
    sunlit *= step(0.03, openness(seen));
#endif
#else
    float wet = wetness * max(dot(turned, up), 0.0) * material.texture.w;
    normal_v.xyz = turned;
    base_roughness = vec4(colour * (1.0 - 0.55 * wet), mix(material.colour_roughness.w, 0.38, wet));
    emission_metallic = vec4(glowing, material.emission_metallic.w);
#endif
#endif
}
