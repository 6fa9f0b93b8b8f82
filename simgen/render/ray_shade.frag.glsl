// A pixel whose ray was cast: the same light as in surface.frag.glsl and heaven.py on what the ray hit.

struct Material {
    vec4 colour_roughness;
    vec4 emission_metallic;
    vec4 texture;   // layer, 1 / metres of a tile, takes paint, how much water darkens it
    uvec4 lamp;     // bit that makes it glow (0: it always does); bits of two floats: share and albedo of snow
};

struct Hit {
    vec4 place_range;       // in the camera's frame; range -1: the direction of the sky, 0: nothing is seen here
    vec4 normal_footprint;  // metres that a pixel covers along the surface
    vec2 uv;
    uvec2 tag;              // material and link, lit lamps
};

layout(std430, binding = 0) readonly buffer Materials { Material materials[]; };
layout(std430, binding = 1) readonly buffer Hits { Hit hits[]; };
layout(std430, binding = 2) readonly buffer Paints { vec4 paints[]; };   // by link

layout(location = 0) out uvec2 pixel;

uniform int width;
uniform mat3 world_from_camera;
uniform mat4 shadow_from_camera;
uniform float wetness;
uniform float glow;
uniform sampler2DArray textures;
uniform sampler2D sky;
uniform float sky_brightest;

const float MATTE_FROM = 0.55;

#include "light.glsl"
#include "pixel.glsl"
#include "air.glsl"
#include "shadow.glsl"
#include "snow.glsl"
#include "shade.glsl"

vec3 heaven(vec3 ray) {
    vec3 d = normalize(world_from_camera * ray);
    // What is below the horizon has the horizon's colour; the picture is seen through fog already.
    vec2 at = (d.z < 0.0 ? normalize(d.xy) : d.xy / (1.0 + d.z)) * 0.498 + 0.5;
    vec3 root = textureLod(sky, at, 0.0).rgb;
    return root * root * sky_brightest;
}

vec3 surface(Hit hit) {
    Material material = materials[hit.tag.x & 0xFFFFu];
    vec4 paint = paints[hit.tag.x >> 16];
    vec3 normal = hit.normal_footprint.xyz;
    float tiles = material.texture.y;
    float level = log2(max(hit.normal_footprint.w * tiles * float(textureSize(textures, 0).x), 1.0));
    vec3 tint = textureLod(textures, vec3(hit.uv * tiles, material.texture.x), level).rgb;
    float arriving = sunshine((shadow_from_camera * vec4(hit.place_range.xyz, 1.0)).xyz);
    vec3 colour = mix(material.colour_roughness.rgb, paint.rgb, material.texture.z * paint.w);
    bool lit = material.lamp.x == 0u || (material.lamp.x & hit.tag.y) != 0u;
    vec3 glowing = lit ? material.emission_metallic.rgb * glow : vec3(0.0);
    float rough = material.colour_roughness.w;
#ifdef SNOW
    float slope = dot(normal, up) * inversesqrt(max(dot(normal, normal), 1e-12));
    float white = lying(slope, uintBitsToFloat(material.lamp.y), hit.place_range.xyz);
    colour = mix(colour * tint, vec3(uintBitsToFloat(material.lamp.z)), white);
    tint = vec3(1.0);
    glowing *= 1.0 - white;
    rough = mix(rough, 0.9, white);
#endif
#ifdef MATTE
    if (material.colour_roughness.w >= MATTE_FROM && material.emission_metallic.w == 0.0) {
        vec3 n = normal * inversesqrt(max(dot(normal, normal), 1e-12));
        return tint * (colour * ambient(dot(n, up), hit.place_range.xyz) + glowing + colour * sun * (clamp(dot(n, to_sun), 0.0, 1.0) * arriving));
    }
#endif
    float wet = wetness * max(dot(normal, up), 0.0) * material.texture.w;
    float roughness = mix(rough, 0.38, wet);
    Surface found = Surface(colour * (1.0 - 0.55 * wet) * tint, roughness, glowing, material.emission_metallic.w);
    return shade(hit.place_range.xyz, normal, found, arriving);
}

void main() {
    Hit hit = hits[int(gl_FragCoord.y) * width + int(gl_FragCoord.x)];
    float range = hit.place_range.w;
    vec3 light = vec3(0.0);
    if (range < 0.0) {
        light = heaven(hit.place_range.xyz);
    } else if (range > 0.0) {
        light = surface(hit);
#ifdef FOG
        light = through_air(light, hit.place_range.xyz);
#endif
    }
    pixel = uvec2(SKY, coded(light));
}
