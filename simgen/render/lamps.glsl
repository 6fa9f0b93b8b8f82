// Lamps near the camera, points with beams; positions in the camera's frame, light exposed. Needs light.glsl.

#ifdef LAMPS
struct Lamp {
    vec4 at_reach;     // place, 1 / range^2 at which it ends
    vec4 along_even;   // axis (0 for a lamp that shines all around), what is added to the cosine
    vec4 light_high;   // of a white surface a metre away on the axis, whether it is a high beam
};
layout(std140, binding = 3) uniform Lamps { Lamp lamps[24]; };
uniform ivec3 lamp_ends;   // of street lamps, of headlamps, of all others, one after another

struct Lit {
    vec3 position, n, view, diffuse, f0;
    float alpha2, width;
};

// What arrives from a lamp, as radiance of the surface, but for its beam. DULL surfaces have no highlight.
vec3 received(Lamp lamp, Lit lit, out vec3 l) {
    vec3 to = lamp.at_reach.xyz - lit.position;
    float inverse2 = 1.0 / (dot(to, to) + 0.04);
    l = to * sqrt(inverse2);
    float near = max(1.0 - lamp.at_reach.w / inverse2, 0.0);
    vec3 arriving = lamp.light_high.rgb * (max(dot(lit.n, l), 0.0) * near * near * inverse2);
#ifdef DULL
    return arriving * lit.diffuse;
#else
    vec3 halfway = lit.view + l;
    float inverse_half = inversesqrt(max(dot(halfway, halfway), 1e-8));
    float nh = clamp(dot(lit.n, halfway) * inverse_half, 0.0, 1.0);
    float vh = dot(lit.view, halfway) * inverse_half;
    float spread = nh * nh * (lit.alpha2 - 1.0) + 1.0;
    float lobe = lit.alpha2 / (spread * spread * lit.width * max(vh * vh, 0.1));
    return arriving * (lit.diffuse + lit.f0 * lobe);
#endif
}

vec3 lamplight(vec3 position, vec3 n, vec3 view, vec3 diffuse, vec3 f0, float roughness) {
    float alpha = max(roughness * roughness, 0.02);
    Lit lit = Lit(position, n, view, diffuse, f0, alpha * alpha, 4.0 * alpha + 2.0);
    vec3 sum = vec3(0.0), l;
    int i = 0;
    // Street lamps: more to the sides than straight down.
    for (; i < lamp_ends.x; ++i) {
        vec3 light = received(lamps[i], lit, l);
        float c = clamp(-dot(lamps[i].along_even.xyz, l), 0.0, 1.0);
        sum += light * (c * (1.6 - 0.6 * c));
    }
    // Headlamps: a low beam is sharp above, soft towards its car.
    for (; i < lamp_ends.y; ++i) {
        vec3 light = received(lamps[i], lit, l);
        vec3 along = lamps[i].along_even.xyz;
        bool high = lamps[i].light_high.w > 0.5;
        float rise = -dot(l + along, up), aside = dot(l, cross(up, along));
        float low = mix(exp(min(rise, 0.0) * 14.0), 0.012, smoothstep(-0.004, 0.010, rise));
        float fall = high ? exp(-rise * rise * 150.0 - aside * aside * 25.0) : low * exp(aside * aside * -8.0);
        sum += light * (dot(l, along) < 0.0 ? fall : 0.0);
    }
    for (; i < lamp_ends.z; ++i) {
        vec3 light = received(lamps[i], lit, l);
        sum += light * max(lamps[i].along_even.w - dot(lamps[i].along_even.xyz, l), 0.0);
    }
    return sum;
}
#endif
