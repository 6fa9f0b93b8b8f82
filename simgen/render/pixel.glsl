// What a pixel is stored as: a triangle's id, and light as roots in 11, 11 and 10 bits; white in the sun is about 1.

const float BRIGHTEST = 8.0;
const uint SKY = 0xFFFFFFFFu;

uint joined(vec3 root) {
    uvec3 steps = uvec3(root * vec3(2047.0, 2047.0, 1023.0) + 0.5);
    return steps.r | (steps.g << 11) | (steps.b << 22);
}

uint coded(vec3 light) {
    return joined(sqrt(clamp(light * (1.0 / BRIGHTEST), 0.0, 1.0)));
}
