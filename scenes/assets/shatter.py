#!/usr/bin/env python3
"""Cut turned dishes into shards.

Usage: shatter.py DISH ...      reads objects/DISH/DISH.xml, whose comment `lathe see ...` holds the profile, and rewrites
objects/DISH/shards.xml beside it, by the cuts below; runs give the same bytes.

A dish breaks into a foot (all below the height `cut`) and pieces of its wall (between angles), along jagged lines that
fit together. Each shard is a body at its place in the dish, its x axis pointing away from the dish's axis. What is seen
is a piece of the dish's own profile, turned and capped; what collides are boxes. Heights, radii in mm, angles in degrees.
"""
import math, os, random, re, sys

def num(v):
    """As lathe.py writes numbers."""
    t = f"{v:.5f}".rstrip("0").rstrip(".")
    return {"-0": "0", "": "0"}.get(t, t.replace("0.", ".", 1) if t.startswith(("0.", "-0.")) else t)


DISHES = {
    # wall: radius of its middle, thickness; sectors: from, to of each piece; strips: boxes along each; foot: boxes in its ring
    "glass": dict(cut=62, top=120, radius=29, thick=6, floor=(29, 10), sectors=[(10, 128), (128, 250), (250, 370)], strips=5, foot=16, jag=4, lean=7),
    "mug": dict(cut=38, top=90, radius=37, thick=6, floor=(36, 8), sectors=[(20, 115), (115, 205), (205, 290), (290, 380)], strips=4, foot=12, jag=4, lean=6,
                handle=[((38, 59), (58, 56)), ((58, 56), (58, 25)), ((58, 25), (38, 19))],
                seen=[((39, 60), (51, 59)), ((51, 59), (57.8, 52)), ((57.8, 52), (58.5, 40)), ((58.5, 40), (56, 28)), ((56, 28), (49, 21)), ((49, 21), (39, 19))]),
}
STEP = 6          # degrees between the columns of a mesh
KNEE = 11         # mm between the rows
MARGIN = 1.5      # mm that boxes keep from a cut


def zigzag(rnd, lo, hi, pitch, size, closed):
    """A jagged line over [lo, hi]: x -> offset."""
    n = max(2, round((hi - lo) / pitch))
    at = [lo + (hi - lo) * i / n for i in range(n + 1)]
    off = [size * (1 if i % 2 else -1) * rnd.uniform(.35, 1) for i in range(n + 1)]
    if closed:
        off[-1] = off[0]

    def line(x):
        if closed:
            x = lo + (x - lo) % (hi - lo)
        for a, b, p, q in zip(at, at[1:], off, off[1:]):
            if x <= b:
                return p + (q - p) * (x - a) / (b - a)
        return off[-1]
    return line


def clip(profile, height, below):
    """The part of a closed profile below or above a height."""
    out = []
    for (r, z), (r2, z2) in zip(profile, profile[1:] + profile[:1]):
        inside, next_inside = (z <= height, z2 <= height) if below else (z >= height, z2 >= height)
        if inside:
            out.append((r, z))
        if inside != next_inside:
            t = (height - z) / (z2 - z)
            out.append((r + t * (r2 - r), height))
    return out


def subdivide(profile):
    """Rows close enough that jags show."""
    out = []
    for (r, z), (r2, z2) in zip(profile, profile[1:] + profile[:1]):
        n = max(1, math.ceil(abs(z2 - z) / KNEE))
        out += [(r + (r2 - r) * i / n, z + (z2 - z) * i / n) for i in range(n)]
    return out


def ears(polygon):
    """Triangles of a simple polygon."""
    def cross(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    area = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(polygon, polygon[1:] + polygon[:1]))
    left, out = list(range(len(polygon))), []
    while len(left) > 3:
        for k in range(len(left)):
            i, j, l = left[k - 1], left[k], left[(k + 1) % len(left)]
            a, b, c = polygon[i], polygon[j], polygon[l]
            turn = cross(a, b, c) * (1 if area > 0 else -1)
            others = [polygon[o] for o in left if o not in (i, j, l) and polygon[o] not in (a, b, c)]
            s = 1 if area > 0 else -1
            if turn > 1e-12 and not any(s * cross(a, b, p) >= 0 and s * cross(b, c, p) >= 0 and s * cross(c, a, p) >= 0 for p in others):
                break
        else:
            k, (i, j, l) = 0, (left[-1], left[0], left[1])   # a sliver without area: any will do
        out.append((i, j, l))
        del left[k]
    return out + [tuple(left)]


def sweep(profile, cut, edge, sides):
    """Turn a closed profile, all around (sides None) or between two jagged sides (z -> degrees). Rows at the height `cut` follow `edge`."""
    rows = subdivide(profile)
    full = sides is None
    if full:
        columns = round(360 / STEP)
    else:
        columns = max(2, math.ceil((sides[1](cut) - sides[0](cut)) / STEP)) + 1
    vert, index = [], {}
    for c in range(columns):
        for i, (r, z) in enumerate(rows):
            if full:
                angle = 360 * c / columns
            else:
                t = c / (columns - 1)
                angle = (1 - t) * sides[0](z) + t * sides[1](z)
            if r < 1e-9:
                if ("axis", i) not in index:
                    index["axis", i] = len(vert)
                    vert.append((0, 0, z))
                index[c, i] = index["axis", i]
                continue
            h = z + edge(angle) if abs(z - cut) < 1e-9 else z
            index[c, i] = len(vert)
            vert.append((r * math.cos(math.radians(angle)), r * math.sin(math.radians(angle)), h))
    face = []
    for c in range(columns if full else columns - 1):
        d = (c + 1) % columns
        for i in range(len(rows)):
            j = (i + 1) % len(rows)
            a, b, e, f = index[c, i], index[d, i], index[d, j], index[c, j]
            face += [t for t in ((a, b, e), (a, e, f)) if len(set(t)) == 3]
    if not full:
        for i, j, k in ears(rows):
            area = (rows[j][0] - rows[i][0]) * (rows[k][1] - rows[i][1]) - (rows[j][1] - rows[i][1]) * (rows[k][0] - rows[i][0])
            i, j, k = (i, j, k) if area > 0 else (i, k, j)
            face += [(index[0, i], index[0, j], index[0, k]), (index[columns - 1, i], index[columns - 1, k], index[columns - 1, j])]
    return vert, face


def into_frame(vert, x0, z0, angle):
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [(c * x + s * y - x0, -s * x + c * y, z - z0) for x, y, z in vert]


def mm(*values):
    return " ".join(num(v / 1000) for v in values)


def mesh(name, vert, face):
    return (f'    <mesh name="{name}" inertia="shell" vertex="' + "  ".join(mm(*v) for v in vert)
            + '" face="' + "  ".join(" ".join(map(str, f)) for f in face) + '"/>')


def site(name, pos, x, y):
    return f'      <site name="{name}" pos="{mm(*pos)}" xyaxes="{x} {y}"/>'


def box(half, pos, turn, mass):
    return f'      <geom type="box" size="{mm(*half)}" pos="{mm(*pos)}" euler="0 0 {num(math.radians(turn))}" mass="{num(mass)}"/>'


def foot_of(d, profile, edge):
    lo, hi = 2, d["cut"] - d["jag"] / 2 - .5
    half = d["radius"] * math.tan(math.pi / d["foot"]) * .99
    r, h = d["floor"]
    outer = d["radius"] + d["thick"] / 2
    lines = [f'      <geom type="cylinder" size="{mm(r, h / 2)}" pos="{mm(0, 0, (h - hi) / 2)}" mass="{num(math.pi * r * r * h * 1e-6 * 2.4)}"/>']
    weight = 2 * math.pi * d["radius"] * d["thick"] * (hi - lo) * 1e-6 * 2.4 / d["foot"]
    for i in range(d["foot"]):
        a = 360 * i / d["foot"]
        lines.append(box((d["thick"] / 2, half, (hi - lo) / 2), (d["radius"] * math.cos(math.radians(a)), d["radius"] * math.sin(math.radians(a)), lo / 2), a, weight))
    z = hi / 2 - 10
    sites = [site("base", (0, 0, -hi / 2), "1 0 0", "0 1 0"), site("top", (0, 0, hi / 2), "1 0 0", "0 1 0"),
             site("grasp_rim", (d["radius"], 0, z), "0 1 0", "1 0 0"), site("grasp_wrap", (0, 0, z), "0 1 0", "1 0 0"),
             site("grasp_foot", (0, 0, -z), "0 1 0", "-1 0 0"), site("grasp_across", (outer - 11, 0, 0), "0 1 0", "0 0 -1"),
             site("grasp_side", (0, 0, 0), "0 0 1", "0 1 0")]
    vert, face = sweep(clip(profile, d["cut"], True), d["cut"], edge, None)
    return mesh("foot", into_frame(vert, 0, hi / 2, 0), face), lines, sites, (0, 0, hi / 2, 0)


def wall_of(d, k, profile, edge, sides):
    a0, a1 = d["sectors"][k]
    lo, hi = d["cut"] + d["jag"] / 2 + .5, d["top"]
    inner, outer = d["radius"] - d["thick"] / 2, d["radius"] + d["thick"] / 2
    middle, width = (a0 + a1) / 2, a1 - a0 - 2 * math.degrees(MARGIN / d["radius"])
    near = inner * math.cos(math.radians(width / 2))     # the cut edges' distance from the dish's axis
    x0 = (near + outer) / 2
    part = width / d["strips"]
    half = d["radius"] * math.tan(math.radians(part / 2)) * .99
    weight = math.radians(part) * d["radius"] * d["thick"] * (hi - lo) * 1e-6 * 2.4
    lines = []
    for i in range(d["strips"]):
        a = (i + .5) * part - width / 2
        lines.append(box((d["thick"] / 2, half, (hi - lo) / 2), (d["radius"] * math.cos(math.radians(a)) - x0, d["radius"] * math.sin(math.radians(a)), 0), a, weight))
    z = (hi - lo) / 2
    sites = [site("base", (0, 0, -z), "1 0 0", "0 1 0"), site("top", (0, 0, z), "1 0 0", "0 1 0"),
             site("grasp_back", (near + 16 - x0, 0, 0), "0 0 1", "0 1 0"),      # from outside, across the chord
             site("grasp_hollow", (outer - 16 - x0, 0, 0), "0 0 -1", "0 1 0"),  # from inside
             site("grasp_rim", (d["radius"] - x0, 0, z - 10), "0 1 0", "1 0 0"),
             site("grasp_cut", (d["radius"] - x0, 0, 10 - z), "0 1 0", "-1 0 0")]
    sites += [site("grasp_back_long", (near + 16 - x0, 0, 0), "0 1 0", "0 0 -1"),   # the same, along
              site("grasp_long_1", (outer - 16 - x0, .55 * outer, 0), "0 1 0", "0 0 1"),
              site("grasp_long_2", (outer - 16 - x0, -.55 * outer, 0), "0 1 0", "0 0 1")]
    vert, face = sweep(clip(profile, d["cut"], False), d["cut"], edge, sides)
    return mesh(f"wall_{k + 1}", into_frame(vert, x0, lo + z, middle), face), lines, sites, (x0 * math.cos(math.radians(middle)), x0 * math.sin(math.radians(middle)), lo + z, middle)


def capsules(spans, x0, z0, more):
    return [f'      <geom {more}type="capsule" size=".0055" fromto="{mm(a[0] - x0, 0, a[1] - z0)} {mm(b[0] - x0, 0, b[1] - z0)}"{"" if more else " mass=" + chr(34) + num(math.dist(a, b) * 1e-3 * .25) + chr(34)}/>'
            for a, b in spans]


def handle_of(d, dish):
    x0, z0 = 50, 41
    gap = 4   # from the wall it broke off
    spans = [tuple((max(x, d["radius"] + gap + 5.5), z) for x, z in span) for span in d["handle"]]
    lines = capsules(spans, x0, z0, "") + capsules(d["seen"], x0, z0, f'class="{dish}_see" ')
    bar = d["handle"][1][0][0] - x0
    sites = [site("base", (0, 0, -25), "1 0 0", "0 1 0"), site("top", (0, 0, 25), "1 0 0", "0 1 0"),
             site("grasp_left", (bar, 8, 0), "0 0 -1", "1 0 0"), site("grasp_right", (bar, -8, 0), "0 0 1", "1 0 0"),
             site("grasp_bar", (bar + 4, 0, 0), "0 0 1", "0 1 0")]
    return None, lines, sites, (x0, 0, z0, 0)


def shards_xml(dish):
    d, folder = DISHES[dish], os.path.join(os.path.dirname(os.path.abspath(__file__)), "objects", dish)
    source = open(os.path.join(folder, dish + ".xml")).read()
    profile = [tuple(map(float, p.split(","))) for p in re.search(r"<!-- lathe see \d+: ([^>]*?) -->", source).group(1).split()]
    default = re.search(r"  <default>.*?\n  </default>\n", source, re.S).group(0)
    material = re.search(r' *<material name="body"[^>]*/>', source).group(0)
    rnd = random.Random(dish)
    edge = zigzag(rnd, 0, 360, 24, d["jag"], True)
    lines = {}
    for a, b in d["sectors"]:
        jag = zigzag(rnd, d["cut"] - 10, d["top"] + 10, 15, d["lean"], False)
        lines[a % 360] = (lambda z, jag=jag: jag(z))
    pieces = [("foot",) + foot_of(d, profile, edge)]
    for k, (a, b) in enumerate(d["sectors"]):
        sides = (lambda z, a=a: a + lines[a % 360](z), lambda z, b=b: b + lines[b % 360](z))
        pieces.append((f"wall_{k + 1}",) + wall_of(d, k, profile, edge, sides))
    if "handle" in d:
        pieces.append(("handle",) + handle_of(d, dish))
    # a jagged edge does not roll like a wheel
    default = re.sub(r'condim="4" friction="(\S+) (\S+) \S+"', r'condim="6" friction="\1 \2 .0006"', default)
    out = [f'<!-- What a {dish} breaks into. Made by shatter.py from {dish}.xml: change it there. -->', f'<mujoco model="{dish}_shards">',
           '  <compiler angle="radian" autolimits="true"/>', "  <asset>", material]
    out += [m for _, m, _, _, _ in pieces if m] + ["  </asset>", default.rstrip("\n"), "  <worldbody>"]
    for name, m, geoms, sites, (x, y, z, turn) in pieces:
        out.append(f'    <body name="{name}" childclass="{dish}" pos="{mm(x, y, z)}" euler="0 0 {num(math.radians(turn))}">')
        sites = [s.replace('<site name="', f'<site name="{name}/') for s in sites]   # names are unique in a file; the composer drops the body's
        out += geoms + ([f'      <geom class="{dish}_see" type="mesh" mesh="{name}"/>'] if m else []) + sites + ["    </body>"]
    return os.path.join(folder, "shards.xml"), "\n".join(out + ["  </worldbody>", "</mujoco>"]) + "\n"


for name in sys.argv[1:]:
    path, text = shards_xml(name)
    open(path, "w").write(text)
