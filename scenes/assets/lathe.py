#!/usr/bin/env python3
"""Fill in the visual meshes of object and fixture files.

A file states a mesh by a comment and the element after it:

    <!-- lathe see 40: 0,0 30,0 40,6 40,90 34,90 34,8 0,8 -->      turned profile: segments: r,z in mm, bottom -> outside -> inside
    <!-- crumple see 90 7: 31 -->                                 crumpled ball: points, seed: radius in mm
    <!-- plate see 40: 190 -300,-390 300,280 40 -->               plate with a round hole: segments: radius, two corners, depth in mm
    <mesh name="see" .../>

Usage: lathe.py file.xml ...      rewrites the <mesh> element after each such comment; runs give the same bytes.
"""
import math, random, re, sys

def num(v):
    t = f"{v:.5f}".rstrip("0").rstrip(".")
    return {"-0": "0", "": "0"}.get(t, t.replace("0.", ".", 1) if t.startswith(("0.", "-0.")) else t)

def lathe(seg, prof):
    vert, ring = [], []
    for r, z in prof:
        if r == 0:
            ring.append([len(vert)] * seg); vert.append((0, 0, z))
        else:
            ring.append(list(range(len(vert), len(vert) + seg)))
            vert += [(r * math.cos(2 * math.pi * i / seg), r * math.sin(2 * math.pi * i / seg), z) for i in range(seg)]
    face = []
    for a, b in zip(ring, ring[1:]):
        for i in range(seg):
            j = (i + 1) % seg
            if a[i] != a[j]: face.append((a[i], a[j], b[j]))
            if b[i] != b[j]: face.append((a[i], b[j], b[i]))
    return vert, face

def crumple(n, seed, radius):
    """points spread over a sphere, hull of the unit points, then pushed in and out"""
    rnd, g = random.Random(seed), math.pi * (3 - 5 ** .5)
    p = []
    for i in range(n):
        z = 1 - (2 * i + 1) / n; r = math.sqrt(1 - z * z)
        p.append((r * math.cos(g * i), r * math.sin(g * i), z))
    face = []
    for i in range(n):
        for j in range(n):
            for k in range(n):
                if not (i < j and i < k and j != k): continue
                a, b, c = p[i], p[j], p[k]
                u = [b[t] - a[t] for t in range(3)]; v = [c[t] - a[t] for t in range(3)]
                w = (u[1]*v[2]-u[2]*v[1], u[2]*v[0]-u[0]*v[2], u[0]*v[1]-u[1]*v[0])
                d = sum(w[t] * a[t] for t in range(3))
                if d > 0 and all(sum(w[t] * q[t] for t in range(3)) <= d + 1e-12 for q in p): face.append((i, j, k))
    s = [radius * rnd.uniform(.80, 1.06) for _ in p]
    return [tuple(s[i] * x for x in q) for i, q in enumerate(p)], face

def plate(seg, r, lo, hi, depth):
    """front face at z = 0, the hole about the origin; the four corners get segments of their own"""
    angle = [2 * math.pi * i / seg for i in range(seg)]
    angle += [math.atan2(y, x) % (2 * math.pi) for x in (lo[0], hi[0]) for y in (lo[1], hi[1])]
    vert, n = [], 0
    for a in sorted(set(angle)):
        c, s = math.cos(a), math.sin(a)
        reach = min([hi[0] / c if c > 1e-9 else lo[0] / c if c < -1e-9 else 1e9, hi[1] / s if s > 1e-9 else lo[1] / s if s < -1e-9 else 1e9])
        vert += [(r * c, r * s, 0), (reach * c, reach * s, 0), (reach * c, reach * s, -depth), (r * c, r * s, -depth)]
        n += 4
    face = []
    for i in range(0, n, 4):
        j = (i + 4) % n
        for k in range(4):
            l = (k + 1) % 4
            face += [(i + k, i + l, j + l), (i + k, j + l, j + k)]
    return vert, face

def fill(m):
    kind, name, par, body = m["kind"], m["name"], m["par"].split(), m["body"].split()
    if kind == "lathe":
        v, f = lathe(int(par[0]), [tuple(float(x) / 1000 for x in q.split(",")) for q in body])
    elif kind == "plate":
        mm = [[float(x) / 1000 for x in q.split(",")] for q in body]
        v, f = plate(int(par[0]), mm[0][0], mm[1], mm[2], mm[3][0])
    else:
        v, f = crumple(int(par[0]), int(par[1]), float(body[0]) / 1000)
    return (m["head"] + f'<mesh name="{name}" inertia="shell" vertex="' + "  ".join(" ".join(map(num, q)) for q in v)
            + '" face="' + "  ".join(" ".join(map(str, q)) for q in f) + '"/>')

mark = re.compile(r'(?P<head><!-- (?P<kind>lathe|crumple|plate) (?P<name>\w+) (?P<par>[\d ]+): (?P<body>[^>]*?) -->\s*)<mesh [^>]*/>')
for path in sys.argv[1:]:
    text = open(path).read()
    new = mark.sub(fill, text)
    if new != text: open(path, "w").write(new)
