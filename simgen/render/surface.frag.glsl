// One pixel of a surface: which triangle it is, and how it looks.

flat in uint first_id;
layout(location = 0) out uint id;

#ifdef SHADE
in vec3 position;
in vec3 normal;
in vec3 tile;
in vec3 shadow_at;
flat in vec3 base;
flat in vec2 finish;
flat in vec3 emission;
layout(location = 1) out vec4 colour;

#include "shade.glsl"
#endif

void main() {
    id = first_id + uint(gl_PrimitiveID);
#ifdef SHADE
    vec3 facing = gl_FrontFacing ? normal : -normal;
    colour = vec4(shade(position, facing, base * texture(textures, tile).rgb, finish, emission, shadow_at), 1.0);
#endif
}
