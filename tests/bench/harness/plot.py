"""The figures as an SVG: one line for each load, one panel for each quantity, on logarithmic axes."""

import math
from html import escape

PANELS = (
    ("rps", "requests/s (more is better)", lambda value: f"{value:,.0f}"),
    ("p50_us", "p50, ms", lambda value: decimal(value / 1e3)),
    ("p99_us", "p99, ms", lambda value: decimal(value / 1e3)),
    ("cpu_us", "CPU of the server, µs/request", lambda value: decimal(value)),
    ("pss_mib", "memory (PSS), MiB", lambda value: decimal(value)),
)
LABELS, PANEL, GAP, LINE, HEAD = 380, 190, 22, 18, 62
OURS, OTHER, GRID, TEXT, MUTED = "#0b61a4", "#b4690e", "#dfe3e8", "#1f2933", "#616e7c"

STYLE = f"""
text {{ font: 11px system-ui, sans-serif; fill: {TEXT}; }}
.muted {{ fill: {MUTED}; font-size: 10px; }} .title {{ font-size: 15px; font-weight: 600; }}
.group {{ font-weight: 600; }}
"""


def decimal(value):
    """Three significant digits."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def svg(loads):
    """The plot of the medians, with the least and the greatest round as a line."""
    width = LABELS + len(PANELS) * (PANEL + GAP) + 10
    height = HEAD + len(loads) * LINE + 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="Results of the benchmark">',
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        '<text class="title" x="12" y="22">Median of the rounds; lines: least and greatest round</text>',
        f'<circle cx="{LABELS + 406}" cy="18" r="4" fill="{OURS}"/>'
        f'<text x="{LABELS + 415}" y="22">this server</text>',
        f'<circle cx="{LABELS + 506}" cy="18" r="4" fill="{OTHER}"/>'
        f'<text x="{LABELS + 515}" y="22">what it is compared with</text>',
    ]
    parts += labels(loads, width)
    for number, (key, title, shown) in enumerate(PANELS):
        parts += panel(loads, key, title, shown, LABELS + number * (PANEL + GAP))
    return "\n".join([*parts, "</svg>"]) + "\n"


def labels(loads, width):
    previous = None
    for number, load in enumerate(loads):
        y = HEAD + number * LINE
        if load["operation"] != previous:
            yield f'<line x1="12" x2="{width - 10}" y1="{y}" y2="{y}" stroke="{GRID}"/>'
            yield f'<text class="group" x="12" y="{y + 13}">{escape(load["operation"])}</text>'
            previous = load["operation"]
        size = f"{load['size']:,}" if load["size"] else "-"
        yield f'<text x="52" y="{y + 13}">{escape(load["load"])}</text>'
        yield f'<text class="muted" x="{LABELS - 14}" y="{y + 13}" text-anchor="end">'
        yield f"{escape(load['database'])} {size}</text>"


def panel(loads, key, title, shown, left):
    """One quantity: its axis, and a dot with its value for each load."""
    values = [value for load in loads if load[key] for value in load[key] if value > 0]
    yield f'<text class="group" x="{left}" y="{HEAD - 22}">{escape(title)}</text>'
    if not values:
        return
    low = math.floor(math.log10(min(values)))
    high = max(low + 1, math.ceil(math.log10(max(values))))

    def x(value):
        # The last quarter is for the text beside the dot.
        return left + (math.log10(max(value, 10**low)) - low) / (high - low) * PANEL * 0.75

    bottom = HEAD + len(loads) * LINE
    for exponent in range(low, high + 1):
        at = x(10**exponent)
        yield f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{HEAD}" y2="{bottom}" stroke="{GRID}"/>'
        for y in (HEAD - 6, bottom + 14):
            yield f'<text class="muted" x="{at:.1f}" y="{y}" text-anchor="middle">'
            yield f"{escape(tick(10**exponent, key))}</text>"
    for number, load in enumerate(loads):
        if not load[key]:
            continue
        least, middle, most = load[key]
        y = HEAD + number * LINE + 9
        color = OTHER if is_anchor(load) else OURS
        yield f'<line x1="{x(least):.1f}" x2="{x(most):.1f}" y1="{y}" y2="{y}" stroke="{color}" '
        yield 'stroke-width="2" stroke-opacity="0.45"/>'
        yield f'<circle cx="{x(middle):.1f}" cy="{y}" r="4" fill="{color}"/>'
        yield f'<text class="muted" x="{x(most) + 8:.1f}" y="{y + 4}">{escape(shown(middle))}</text>'


def tick(value, key):
    value = value / 1e3 if key in ("p50_us", "p99_us") else value
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1e3:g}k" if value >= 1e3 else f"{value:g}"


def is_anchor(load):
    return load["load"].startswith(("actix", "pgbench", "curl"))
