// A grid over the whole image, at infinity; fine enough that the sky's picture can be looked up between its corners.

uniform int cells;
uniform mat4 clip_from_camera;
uniform mat3 world_from_camera;
out vec3 sky_at;   // place in the picture of the sky, sine of the elevation

void main() {
    int cell = gl_VertexID / 6, corner = gl_VertexID % 6;
    ivec2 step = ivec2(corner == 1 || corner == 2 || corner == 4, corner == 2 || corner == 4 || corner == 5);
    vec2 at = vec2(ivec2(cell % cells, cell / cells) + step) * (2.0 / float(cells)) - 1.0;
    gl_Position = vec4(at, 0.0, 1.0);
    mat4 c = clip_from_camera;
    float y = (at.y - c[2][1]) / c[1][1];
    float x = (at.x - c[2][0] - c[1][0] * y) / c[0][0];
    vec3 d = normalize(world_from_camera * vec3(x, y, 1.0));
    sky_at = vec3(d.xy * (0.498 / (1.0 + max(d.z, 0.0))) + 0.5, d.z);
}
