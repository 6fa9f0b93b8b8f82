// Lamps near the camera, points with beams; positions in the camera's frame, light exposed. Needs light.glsl.

#ifdef LAMPS
struct Lamp {
    vec4 at_reach2;
    vec4 along_beam;
    vec4 light;      // of a white surface a metre away on the axis
};
layout(std430, binding = 3) readonly buffer Lamps { Lamp lamps[]; };
uniform int lamp_count;

// Share of the intensity on the axis that goes in a direction.
float beam(vec4 along_beam, vec3 towards) {
    float c = dot(along_beam.xyz, towards);
    int kind = int(along_beam.w);
    if (kind == 4) return 1.0;                                    // all around
    if (c <= 0.0) return 0.0;
    if (kind == 0) return c;                                      // Lambert
    if (kind == 1) return c * (1.6 - 0.6 * c);                    // street: more to the sides than straight down
    float rise = dot(towards, up) - dot(along_beam.xyz, up);
    float aside = dot(towards, cross(up, along_beam.xyz));
    float across = exp(-aside * aside * (kind == 2 ? 8.0 : 25.0));
    if (kind == 3) return across * exp(-rise * rise * 150.0);     // high beam
    // Low beam: sharp above, soft towards the car.
    return across * mix(exp(min(rise, 0.0) * 14.0), 0.012, smoothstep(-0.004, 0.010, rise));
}

vec3 lamplight(vec3 position, vec3 n, vec3 view, vec3 diffuse, vec3 f0, float roughness) {
    vec3 sum = vec3(0.0);
    float alpha = max(roughness * roughness, 0.02);
    for (int i = 0; i < lamp_count; ++i) {
        vec3 to = lamps[i].at_reach2.xyz - position;
        float range2 = dot(to, to) + 0.04;
        float near = 1.0 - range2 / lamps[i].at_reach2.w;
        if (near <= 0.0) continue;
        vec3 l = to * inversesqrt(range2);
        float cosine = dot(n, l);
        if (cosine <= 0.0) continue;
        float share = beam(lamps[i].along_beam, -l) * cosine * near * near / range2;
        vec3 halfway = view + l;
        float inverse_half = inversesqrt(max(dot(halfway, halfway), 1e-8));
        float nh = clamp(dot(n, halfway) * inverse_half, 0.0, 1.0);
        float vh = dot(view, halfway) * inverse_half;
        float spread = nh * nh * (alpha * alpha - 1.0) + 1.0;
        float lobe = alpha * alpha / (spread * spread * (4.0 * alpha + 2.0) * max(vh * vh, 0.1));
        sum += lamps[i].light.rgb * share * (diffuse + f0 * lobe);
    }
    return sum;
}
#endif
