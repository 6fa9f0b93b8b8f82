// Depth as the sun sees it.

in vec3 in_position;
in vec4 in_row0;
in vec4 in_row1;
in vec4 in_row2;

void main() {
    vec4 local = vec4(in_position, 1.0);
    gl_Position = vec4(dot(in_row0, local), dot(in_row1, local), dot(in_row2, local), 1.0);
}
