"""The table: each figure beside its peers and its budget."""

PEERS = ("C", "htop", "btop", "top")


class Table:
    def __init__(self):
        self.rows = []

    def add(self, figure, ours, peers=None, budgets=(), unit="", digits=2):
        """`budgets` are pairs of a text and whether it was kept (None: could not be said)."""
        def shown(value):
            return "–" if value is None else f"{value:,.{digits}f}{unit}"
        cells = [shown(ours)] + [shown((peers or {}).get(name)) for name in PEERS]
        verdicts = [
            text if kept is None else f"{text} {'kept' if kept else 'MISSED'}"
            for text, kept in budgets
        ]
        self.rows.append([figure, *cells, "; ".join(verdicts)])
        print("  " + "  ".join(cell for cell in self.rows[-1] if cell != "–"), flush=True)

    def heading(self, text):
        self.rows.append([text])
        print(f"\n{text}", flush=True)

    def text(self):
        head = ["", "loadline", *PEERS, "budget"]
        rows = [head] + self.rows
        widths = [max(len(row[i]) for row in rows if len(row) > 1) for i in range(len(head))]
        lines = []
        for row in rows:
            if len(row) == 1:
                lines += ["", row[0]]
                continue
            cells = [row[0].ljust(widths[0])]
            cells += [row[i].rjust(widths[i]) for i in range(1, len(head) - 1)]
            lines.append("  ".join([*cells, row[-1]]).rstrip())
        return "\n".join(lines)


def at_most(value, limit, text):
    return (text, None if value is None else value <= limit)


def part_of(value, peer, part, name):
    """Whether `value` is at most 1/`part` of the peer's."""
    if value is None or not peer:
        return (f"≤ 1/{part} of {name}", None)
    return (f"≤ 1/{part} of {name} (1/{peer / value:.1f})", value <= peer / part)
