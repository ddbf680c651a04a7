"""A mail made ready for Qt's rich text: the same look, said in the words that Qt knows. Pure.

Qt (6.12) measures in px, pads and borders table cells only, knows no hidden text, gives a table
that stands alone in a cell the whole cell, and takes widths from attributes. So: lengths become px,
boxes (div, p, blockquote, buttons) become tables of one cell, columns of a given width get empty
neighbours, hidden text goes, a picture that is not here becomes its description.
Input: the output of ``sanitize``. Linear; bounded by what ``sanitize`` bounds.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import Final, NamedTuple

from mel_desktop.logic import colours
from mel_desktop.logic.html_dark import darken
from mel_desktop.logic.html_edges import edges, four, ground_of, length, px, side_pairs
from mel_desktop.logic.html_text import PLACEHOLDER
from mel_desktop.logic.html_tree import Node, parse, write
from mel_desktop.model.values import dataclass

BOXES_CAP: Final = 6  # boxes inside one another; deeper ones stay plain
TABLES_CAP: Final = 24
SPACER: Final = 24  # px; a larger picture that is not here and says nothing leaves no hole
LINE: Final = "#b0b0b0"
MUTED: Final = "#6b6b6b"

_SIZES: Final = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0,
    "x-large": 24.0, "xx-large": 32.0,
}  # fmt: skip
_FONT_SIZES: Final = {"1": 10.0, "2": 13.0, "3": 16.0, "4": 18.0, "5": 24.0, "6": 32.0, "7": 48.0}
_BOXES: Final = frozenset({"div", "p", "section", "article", "header", "footer", "main", "aside"})
_HEADINGS: Final = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67}
_MARGINS: Final = {"h1": 0.67, "h2": 0.83, "h3": 1.0, "h4": 1.33, "h5": 1.67, "h6": 2.33}
_INLINES: Final = frozenset({
    "span", "b", "strong", "i", "em", "u", "s", "sub", "sup", "font", "tr", "tbody", "li", "code",
})  # fmt: skip
_ROWS: Final = frozenset({"tr", "tbody", "thead", "tfoot"})
_SIZED: Final = frozenset(("width", "height", "bgcolor"))  # what of a cell is said otherwise
_CELLS: Final = frozenset({"td", "th"})
_BLOCKS: Final = _BOXES | _HEADINGS.keys() | frozenset({
    "table", "ul", "ol", "blockquote", "center", "pre", "hr", "dl", "address",
})  # fmt: skip
_BREAKING: Final = _BLOCKS | {"br"}
_AROUND_BUTTONS: Final = frozenset({"", "td", "th", "div", "center", "font", "section"})
_KEPT: Final = frozenset({
    "color", "background-color", "font-family", "font-size", "font-style", "font-weight",
    "font-variant", "text-decoration", "text-align", "text-indent", "text-transform",
    "letter-spacing", "word-spacing", "line-height", "vertical-align", "white-space", "float",
    "border-color", "list-style-type", "page-break-before", "page-break-after", "border-collapse",
    "direction",
    "margin-top", "margin-right", "margin-bottom", "margin-left",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """What a mail is drawn on; colours as ``#rrggbb``."""

    dark: bool = False
    background: str = "#ffffff"
    ink: str = "#000000"
    link: str = "#0000ee"


LIGHT: Final = Paper()


def drawable(safe: str, paper: Paper = LIGHT) -> str:
    """HTML that Qt draws as the sender meant it, on that paper."""
    root = parse(safe)
    _Layout(paper).children(root, _Around())
    if paper.dark:
        darken(root, paper.background, paper.ink, paper.link)
    return write(root)


class _Around(NamedTuple):
    """What holds around an element: size of the font in px, places."""

    size: float = 16.0
    in_cell: bool = False
    centred: bool = False
    boxes: int = 0
    tables: int = 0
    sized: bool = False  # a size of the font was said


class _Layout:
    def __init__(self, paper: Paper) -> None:
        self._paper = colours.read(paper.background)

    def children(self, node: Node, around: _Around) -> None:
        out: list[Node | str] = []
        before: Node | str | None = None  # blanks apart
        for at, child in enumerate(node.children):
            if isinstance(child, str):
                out.append(child)
                before = child if child.strip() else before
                continue
            if child.tag == "a" and child.style and _is_apart(node, at, before):
                child = _button_box(child, around.size)
            before = child
            drawn = self._element(child, around)
            if drawn is None:
                continue
            if isinstance(drawn, Node) and drawn.tag == "table":
                _part(out, drawn)
            out.append(drawn)
        node.children = out

    def _element(self, node: Node, around: _Around) -> Node | str | None:
        if node.tag in _HEADINGS and (around.sized or "font-size" in node.style):
            _as_block(node, around.size)
        tag, style = node.tag, node.style
        if tag == "img":
            return _picture(node, around.size)
        if tag in ("br", "hr", "wbr", "col"):
            node.style = {}
            if tag == "hr":
                node.style["background-color"] = LINE
            return None if tag in ("wbr", "col") else node
        held = node.children
        is_bare = not held or (len(held) == 1 and isinstance(held[0], str))
        if is_bare and tag in _CELLS and not style and _SIZED.isdisjoint(node.attributes):
            return node  # nearly all there is of a table of numbers
        if not node.style and not node.attributes and tag not in ("blockquote", "table"):
            if is_bare:
                return node
            if tag in _INLINES:
                self.children(node, around)
                return node
        size = _font_size(node, around.size)
        below = _inside(node, size, around)
        limit = _limit(style, size) if style else ""
        box = _box(node, size) if tag in _BOXES or tag in _HEADINGS or tag == "blockquote" else {}
        if tag == "table":
            _table(node, size, around)
        elif tag in _CELLS and (style or node.attributes or len(node.children) < 4):
            _cell(node, size)
        if tag == "a":
            _button(node, size)
        node.style = _plain_style(node, size) if style else style
        self.children(node, below)
        if tag in _BOXES or tag in _HEADINGS:
            _end_line(node)
        elif tag == "table" and node.attributes.get("border") == "0":
            _collapse(node)
        if box and around.boxes < BOXES_CAP and around.tables < TABLES_CAP:
            drawn = self._boxed(node, box, limit)
            return _columned(drawn, around) if limit and around.in_cell else drawn
        if tag == "table" and around.in_cell:
            return _columned(node, around)
        return node

    def _boxed(self, node: Node, box: dict[str, str], limit: str) -> Node:
        """A table of one cell that has the borders, the ground and the padding of the element."""
        background = box.get("background-color", "")
        edges = [name for name in box if name.startswith(("border", "padding"))]
        if not edges:
            ground = colours.read(background)
            if ground is None or ground[1] == 0 or (self._paper and ground[0] == self._paper[0]):
                node.style.pop("background-color", None)
                return node
            if not any(child.tag in _BLOCKS for child in node.nodes()):
                return node  # Qt fills the lines of a block itself
        margins = {name: node.style.pop(name) for name in tuple(node.style) if "margin" in name}
        node.style.pop("background-color", None)
        width = node.attributes.pop("width", "") or limit
        node.attributes.pop("bgcolor", None)
        if node.tag == "blockquote":
            node.tag = "div"
            margins = {}
        if node.tag in ("p", *_HEADINGS):
            node.style.update({"margin-top": "0px", "margin-bottom": "0px"})
        cell = Node("td", {}, dict(box), [node])
        table = Node(
            "table",
            {"width": width or "100%", "cellspacing": "0", "cellpadding": "0", "border": "0"},
            {name: value for name, value in margins.items() if name in _KEPT},
            [Node("tr", {}, {}, [cell])],
        )
        return table


def _as_block(heading: Node, around: float) -> None:
    """Qt counts the size of a heading from its own default, whatever the mail says: a block that
    looks like one (margins: HTML 15.3.6).
    """
    margin = f"{_MARGINS[heading.tag]}em"
    size = f"{_font_size(heading, around):g}px"
    usual = {"font-weight": "bold", "margin-top": margin, "margin-bottom": margin}
    heading.style = {**usual, **heading.style, "font-size": size}
    heading.tag = "div"


def _is_apart(node: Node, at: int, before: Node | str | None) -> bool:
    """Whether a link with padding and a ground stands on a line of its own."""
    link = node.children[at]
    if node.tag not in _AROUND_BUTTONS or not isinstance(link, Node) or not _is_button(link, 16.0):
        return False
    after = next((one for one in node.children[at + 1 : at + 3] if not _is_space(one)), None)
    return _parts(before) and _parts(after)


def _is_space(child: Node | str) -> bool:
    return isinstance(child, str) and not child.strip()


def _parts(child: Node | str | None) -> bool:
    return child is None or (isinstance(child, Node) and child.tag in _BREAKING)


def _part(before: list[Node | str], table: Node) -> None:
    """The space below a paragraph, which Qt forgets before a table."""
    last = next((one for one in reversed(before) if isinstance(one, Node) or one.strip()), None)
    if not isinstance(last, Node):
        return
    if last.tag not in ("p", *_HEADINGS) and (
        last.tag != "div" or "margin-bottom" not in last.style
    ):
        return
    found = last.style.get("margin-bottom", "10px")
    own = table.style.get("margin-top", "0px")
    if int(found[:-2]) > int(own[:-2]):
        table.style["margin-top"] = found


def _limit(style: dict[str, str], size: float) -> str:
    """The width that a box asks for, in px; "" for all there is."""
    for name in ("width", "max-width"):
        found = length(style.get(name, ""), size)
        if found is not None and found >= 50:
            return str(round(min(found, 1600)))
    return ""


def _end_line(block: Node) -> None:
    """A break that ends a block draws no line of its own; a block of nothing else is one line."""
    holder = block
    while holder.children:
        last = holder.children[-1]
        if isinstance(last, str):
            if last.strip():
                return
            if len(holder.children) == 1 or not _is_break(holder.children[-2]):
                return
            holder.children.pop()
            continue
        if last.tag == "br":
            holder.children[-1] = "&nbsp;" if block.is_blank() and _breaks(block) == 1 else ""
            return
        if last.tag in ("span", "font", "b", "i", "strong", "em", "u"):
            holder = last
            continue
        return


def _is_break(child: Node | str) -> bool:
    return isinstance(child, Node) and child.tag == "br"


def _breaks(node: Node) -> int:
    return sum((child.tag == "br") + _breaks(child) for child in node.nodes())


def _font_size(node: Node, around: float) -> float:
    value = node.style.get("font-size", "")
    if value:
        return _said_size(value, around)
    if node.tag == "font" and "size" in node.attributes:
        return _FONT_SIZES.get(node.attributes["size"].lstrip("+"), around)
    return around * _HEADINGS[node.tag] if node.tag in _HEADINGS else around


@lru_cache(maxsize=512)
def _said_size(value: str, around: float) -> float:
    value = value.strip().lower()
    if value in _SIZES:
        return _SIZES[value]
    if value.endswith("%") and value[:-1].replace(".", "", 1).isdigit():
        return max(1.0, around * float(value[:-1]) / 100)
    if value in ("smaller", "larger"):
        return around * (0.83 if value == "smaller" else 1.2)
    found = length(value, around)
    return max(1.0, found) if found is not None else around


def _inside(node: Node, size: float, around: _Around) -> _Around:
    tag = node.tag
    sized = around.sized or "font-size" in node.style
    if tag in _ROWS:
        same = size == around.size and sized == around.sized
        return around if same else around._replace(size=size, sized=sized)
    centred = around.centred
    align = node.attributes.get("align") or node.style.get("text-align", "")
    if tag == "center" or (align and align.lower() in ("center", "-webkit-center")):
        centred = True
    elif align:
        centred = False
    if tag == "table":
        return _Around(size, False, False, around.boxes, around.tables + 1, sized)
    boxed = tag == "blockquote" or (tag in _BOXES and bool(node.style) and _has_edges(node.style))
    in_cell = around.in_cell or boxed or tag in _CELLS
    return _Around(size, in_cell, centred, around.boxes + boxed, around.tables, sized)


def _has_edges(style: dict[str, str]) -> bool:
    return any(name.startswith(("border", "padding", "background")) for name in style)


def _box(node: Node, size: float) -> dict[str, str]:
    """Borders, padding and ground that an element asks for; {} for none."""
    if node.tag != "blockquote" and not _has_edges(node.style):
        return {}
    out = edges(node.style, size)
    background = ground_of(node)
    if background:
        out["background-color"] = background
    if node.tag == "blockquote":
        if not any(name.startswith("border") for name in out):
            out["border-left"] = "2px solid #c0c0c0"
            out.setdefault("padding-left", "8px")
        if (length(node.style.get("margin-left", "9"), size) or 0) > 20:
            out.setdefault("padding-left", "8px")
    return out


def _plain_style(node: Node, size: float) -> dict[str, str]:
    """What Qt understands of a style, in px."""
    return dict(_qt_style(node.tag, tuple(node.style.items()), size))


@lru_cache(maxsize=512)
def _qt_style(
    tag: str, style: tuple[tuple[str, str], ...], size: float
) -> tuple[tuple[str, str], ...]:
    out: dict[str, str] = {}
    given = dict(style)
    margins: dict[str, float] = {}
    for name, value in style:
        if name.startswith("margin"):
            four(name, "margin", value, size, margins)
        elif name == "background" or name == "background-color":
            if ground := ground_of(Node(tag, {}, {name: value})):
                out["background-color"] = ground
        elif name == "font-size":
            out[name] = px(size)
        elif name == "line-height":
            if (height := _line_height(value, size)) is not None:
                out[name] = height
        elif name in ("text-indent", "letter-spacing", "word-spacing"):
            if (found := length(value, size)) is not None:
                out[name] = px(max(-100.0, min(found, 200.0)))
        elif name == "text-decoration-line":
            out["text-decoration"] = value
        elif name == "text-align":
            out[name] = {"start": "left", "end": "right", "-webkit-center": "center"}.get(
                value, value
            )
        elif name.startswith(("border", "padding")) and tag in _CELLS:
            continue  # said by edges()
        elif name in _KEPT:
            out[name] = value
    for side, margin in margins.items():
        if side in ("left", "right") and (tag == "table" or "auto" in given.get("margin", "")):
            continue
        if tag not in ("td", "th", "tr", "span", "a", "font"):
            out[f"margin-{side}"] = px(max(-40.0 if side == "left" else 0.0, min(margin, 120.0)))
    if out.get("float") and tag not in ("img", "table"):
        del out["float"]
    if given.get("font-family", "").startswith("-apple-system"):
        out["font-family"] = "system-ui,sans-serif"
    if tag in _CELLS:
        out.update(side_pairs(style, size))
    return tuple(out.items())


def _line_height(value: str, size: float) -> str | None:
    value = value.strip().lower()
    if value.replace(".", "", 1).isdigit():
        part = float(value) * 100
    elif value.endswith("%") and value[:-1].replace(".", "", 1).isdigit():
        part = float(value[:-1])
    else:
        found = length(value, size)
        if found is None:
            return None
        part = 100 * found / size
    # Qt's lines are 15 to 20 % higher than the font; a lower line would be cut.
    return f"{round(min(part / 1.17, 250))}%" if part > 125 else None


def _picture(node: Node, size: float) -> Node | str | None:
    given, style = node.attributes, node.style
    for name in ("width", "height"):
        value = given.pop(name, "") or style.get(name, "")
        found = length(value, size)
        if found is not None and found > 0:
            given[name] = str(round(min(found, 1600)))
    node.style = {
        name: value for name, value in style.items() if name in ("float", "vertical-align")
    }
    if given.get("src") != PLACEHOLDER:
        return node
    alt = given.get("alt", "").strip()
    if alt:
        return Node("span", {}, {"color": MUTED}, [f"[{escape(alt, quote=False)}]"])
    sizes = [int(given[name]) for name in ("width", "height") if name in given]
    return node if len(sizes) == 2 and min(sizes) <= SPACER and sizes[1] <= 60 else None


def _table(node: Node, size: float, around: _Around) -> None:
    given, style = node.attributes, node.style
    for value in (given.pop("width", ""), style.get("width", ""), style.get("max-width", "")):
        value = value.strip()
        if value.endswith("%") and value != "auto":
            given.setdefault("width", value)
            if value != "100%":
                break
        elif (found := length(value, size)) is not None and found > 0:
            given["width"] = str(round(found))
            break
    margin = style.get("margin", "") + style.get("margin-left", "")
    if "auto" in margin or (around.centred and "align" not in given):
        given["align"] = "center"
    if style.get("border-collapse") == "collapse":
        given["cellspacing"] = "0"
    given["border"] = "".join(one for one in given.get("border", "0") if one.isdigit()) or "0"
    for name in ("cellspacing", "cellpadding"):
        if name in given:
            given[name] = "".join(one for one in given[name] if one.isdigit()) or "0"
    if background := ground_of(node):
        given["bgcolor"] = background
    frame = {name: value for name, value in edges(style, size).items() if name.startswith("border")}
    if given["border"] != "0" and _says_borders(node):
        given["border"] = "0"
        given.pop("bordercolor", None)
    elif given["border"] != "0":
        ink = colours.read(given.pop("bordercolor", ""))
        style["border-color"] = colours.text_of(ink[0]) if ink else LINE
    elif frame:
        _frame(node, frame)
    style.pop("text-align", None)  # tables begin anew in most readers of mail


def _frame(node: Node, frame: dict[str, str]) -> None:
    """The border of a table, which Qt draws around cells only: around the outer cells."""
    rows = _rows(node)
    drawn: list[tuple[Node, str]] = []
    for at, row in enumerate(rows):
        cells = [cell for cell in row.nodes() if cell.tag in _CELLS]
        for side, chosen in (
            ("border-top", cells if at == 0 else ()),
            ("border-bottom", cells if at == len(rows) - 1 else ()),
            ("border-left", cells[:1]),
            ("border-right", cells[-1:]),
        ):
            if side in frame:
                drawn += [(cell, side) for cell in chosen if not _has_border(cell, side)]
    for cell, side in drawn:
        cell.style[side] = frame[side]


def _rows(table: Node) -> list[Node]:
    parts = [[part] if part.tag == "tr" else list(part.nodes()) for part in table.nodes()]
    return [row for rows in parts for row in rows if row.tag == "tr"]


def _says_borders(table: Node) -> bool:
    """Whether cells say their own borders, which Qt mixes up with those of a bordered table. The
    others then get one of their own too.
    """
    cells = [cell for row in _rows(table) for cell in row.nodes() if cell.tag in _CELLS]
    plain = [cell for cell in cells if not any(name.startswith("border") for name in cell.style)]
    if len(plain) == len(cells):
        return False
    for cell in plain:
        cell.style["border"] = f"1px solid {LINE}"
    return True


def _collapse(table: Node) -> None:
    """One line between two cells. Qt's own way paints the grounds over some of the lines."""
    if table.style.pop("border-collapse", "") != "collapse":
        return
    above: list[Node] = []
    for row in _rows(table):
        cells = [cell for cell in row.nodes() if cell.tag in _CELLS]
        for left, right in pairwise(cells):
            if "border-right" in left.style:
                right.style.pop("border-left", None)
        if above and all("border-bottom" in cell.style for cell in above):
            for cell in cells:
                cell.style.pop("border-top", None)
        above = cells


def _has_border(cell: Node, side: str) -> bool:
    return any(
        name.startswith("border") and (name.count("-") == 0 or name.startswith(side))
        for name in cell.style
    )


def _cell(node: Node, size: float) -> None:
    given, style = node.attributes, node.style
    value = given.pop("width", "") or style.get("width", "")
    if value.strip().endswith("%"):
        given["width"] = value.strip()
    elif (found := length(value, size)) is not None and found > 0:
        given["width"] = str(round(found))
    given.pop("height", None)
    if background := ground_of(node):
        given["bgcolor"] = background
        style.pop("background", None)
        style.pop("background-color", None)
    _lift_button(node, size)


def _lift_button(node: Node, size: float) -> None:
    """A link with padding that fills its cell: the cell gets the padding, Qt gives links none."""
    held = [one for one in node.children if isinstance(one, Node) or one.strip()]
    if len(held) != 1 or not isinstance(held[0], Node) or held[0].tag != "a":
        return
    link = held[0]
    paddings = {
        name: value for name, value in edges(link.style, size).items() if name.startswith("padding")
    }
    if not paddings or any(name.startswith("padding") for name in node.style):
        return
    node.style.update(paddings)
    if background := ground_of(link):
        node.attributes["bgcolor"] = background
    link.style = {
        name: value for name, value in link.style.items()
        if not name.startswith(("padding", "background", "border"))
    }  # fmt: skip


def _is_button(link: Node, size: float) -> bool:
    if not link.style or link.is_blank():
        return False
    edged = edges(link.style, size)
    return bool(edged) and (bool(ground_of(link)) or any("border" in one for one in edged))


def _button_box(link: Node, size: float) -> Node:
    cell = Node("td", {}, edges(link.style, size), [link])
    if ground := ground_of(link):
        cell.attributes["bgcolor"] = ground
    link.style = {
        name: value for name, value in link.style.items()
        if not name.startswith(("padding", "background", "border"))
    }  # fmt: skip
    attributes = {"cellspacing": "0", "cellpadding": "0", "border": "0"}
    return Node("table", attributes, {"margin-top": "8px"}, [Node("tr", {}, {}, [cell])])


def _button(node: Node, size: float) -> None:
    """A link that looks like a button in the middle of other things: blanks for its padding."""
    if not ground_of(node) or not _is_button(node, size):
        return
    node.children = ["&nbsp;&nbsp;", *node.children, "&nbsp;&nbsp;"]


def _columned(node: Node, around: _Around) -> Node:
    """A table of a given width inside a cell keeps it only beside empty cells."""
    width = node.attributes.get("width", "")
    if not width.isdigit() or around.tables >= TABLES_CAP:
        return node
    node.attributes["width"] = "100%"
    align = node.attributes.pop("align", "")
    cells: list[Node | str] = [Node("td", {"width": width}, {}, [node])]
    if align.lower() in ("center", "right"):
        cells.insert(0, Node("td"))
    if align.lower() != "right":
        cells.append(Node("td"))
    attributes = {"width": "100%", "cellspacing": "0", "cellpadding": "0", "border": "0"}
    margins = {name: node.style.pop(name) for name in tuple(node.style) if "margin" in name}
    return Node("table", attributes, margins, [Node("tr", {}, {}, cells)])
