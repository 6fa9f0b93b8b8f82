// Moves a vertex into the camera's frame, and looks up its material once for the whole triangle.

struct Material {
    vec4 colour_roughness;
    vec4 emission_metallic;
    vec4 texture;   // layer, 1 / metres of a tile, takes paint, how much water darkens it
    uvec4 lamp;     // bit that makes it glow; 0: it always does
};

layout(std430, binding = 0) readonly buffer Materials { Material materials[]; };

in vec3 in_position;
in vec3 in_normal;
in vec2 in_uv;
in uint in_material;
// An instance each.
in vec4 in_row0;
in vec4 in_row1;
in vec4 in_row2;
in vec4 in_paint;
in uvec2 in_tag;   // first triangle id, lit lamps

uniform mat4 clip_from_camera;
flat out uint first_id;

#ifdef SHADE
uniform mat4 shadow_from_camera;
uniform vec3 up;
uniform float wetness;
uniform float glow;

out vec3 position;
out vec3 normal;
out vec3 tile;
out vec3 shadow_at;
flat out vec3 base;
flat out vec2 finish;   // roughness, metallic
flat out vec3 emission;
#endif

void main() {
    vec4 local = vec4(in_position, 1.0);
    vec3 seen = vec3(dot(in_row0, local), dot(in_row1, local), dot(in_row2, local));
    gl_Position = clip_from_camera * vec4(seen, 1.0);
    first_id = in_tag.x;
#ifdef SHADE
    Material material = materials[in_material];
    position = seen;
    normal = vec3(dot(in_row0.xyz, in_normal), dot(in_row1.xyz, in_normal), dot(in_row2.xyz, in_normal));
    tile = vec3(in_uv * material.texture.y, material.texture.x);
    shadow_at = (shadow_from_camera * vec4(seen, 1.0)).xyz;
    float painted = material.texture.z * in_paint.w;
    base = mix(material.colour_roughness.rgb, in_paint.rgb, painted);
    finish = vec2(material.colour_roughness.w, material.emission_metallic.w);
    float level = max(dot(normal, up), 0.0);
    float wet = wetness * level * material.texture.w;
    base *= 1.0 - 0.55 * wet;
    finish.x = mix(finish.x, 0.12, wet);
    bool lit = material.lamp.x == 0u || (material.lamp.x & in_tag.y) != 0u;
    emission = lit ? material.emission_metallic.rgb * glow : vec3(0.0);
#endif
}
