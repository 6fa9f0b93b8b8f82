// A triangle over the whole image, at infinity.

uniform mat4 clip_from_camera;
uniform mat3 world_from_camera;
out vec3 along;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
    gl_Position = vec4(corner, 0.0, 1.0);
    mat4 c = clip_from_camera;
    float y = (corner.y - c[2][1]) / c[1][1];
    float x = (corner.x - c[2][0] - c[1][0] * y) / c[0][0];
    along = world_from_camera * vec3(x, y, 1.0);
}
