"""Check the Markdown pages: links lead somewhere, Python compiles and imports names that exist, examples are true,
the index lists every page.

A Python block behind ``<!-- file: examples/... -->`` must stand in that file as it is: the tests run the file.

Web addresses are not opened, so the check needs no network. Prints each fault as ``file:line: what``.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])

INDEX = ROOT / "docs" / "README.md"

FENCE = re.compile(r"^([ ]*)(```+|~~~+)[ ]*(\w*)[^\n]*\n(.*?)^\1\2[ ]*$", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)

SHOWN = re.compile(r"^<!-- file: (\S+) -->\n+(?=```)", re.MULTILINE)

Fault = tuple[int, str]


def blank(match: re.Match[str]) -> str:
    """The same number of lines, with nothing on them."""
    return "\n" * match.group().count("\n")


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    found: dict[str, int] = {}
    names = set()
    for title in HEADING.findall(FENCE.sub(blank, page.read_text(encoding="utf-8"))):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        names.add(slug if slug not in found else f"{slug}-{found[slug]}")
        found[slug] = found.get(slug, 0) + 1
    return names


def link_faults(page: Path, text: str) -> Iterator[Fault]:
    """Links within the project that lead nowhere."""
    prose = INLINE_CODE.sub("", FENCE.sub(blank, text))
    for match in LINK.finditer(prose):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        line = prose.count("\n", 0, match.start()) + 1
        if not goal.exists():
            yield line, f"the link {target} leads nowhere"
        elif anchor and goal.suffix == ".md" and anchor not in anchors(goal):
            yield line, f"the page has no heading for {target}"


def import_faults(tree: ast.Module) -> Iterator[Fault]:
    """Names that a snippet imports from this project and that do not exist."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "agents":
            try:
                module = importlib.import_module(str(node.module))
            except ImportError as error:
                yield node.lineno, str(error)
                continue
            for alias in node.names:
                if alias.name != "*" and not hasattr(module, alias.name):
                    yield node.lineno, f"{node.module} has no {alias.name}"


def code_faults(text: str) -> Iterator[Fault]:
    """Python blocks that do not compile, or import what is not there. ``await`` at the top level is fine."""
    for match in FENCE.finditer(text):
        if match.group(3) not in ("python", "py"):
            continue
        start = text.count("\n", 0, match.start(4))
        code = textwrap.dedent(match.group(4))
        try:
            compile(code, "snippet", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except SyntaxError as error:
            yield start + (error.lineno or 1), f"the Python does not compile: {error.msg}"
            continue
        for line, fault in import_faults(ast.parse(code)):
            yield start + line, fault


def shown_faults(text: str) -> Iterator[Fault]:
    """Blocks that are said to stand in a file, and do not."""
    for match in SHOWN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        path, block = ROOT / match.group(1), FENCE.match(text, match.end())
        if not path.is_file():
            yield line, f"there is no file {match.group(1)}"
        elif block is None or block.group(4).strip("\n") not in path.read_text(encoding="utf-8"):
            yield line, f"{match.group(1)} does not hold this block as it stands here"


def index_faults() -> Iterator[Fault]:
    """Pages that the index does not lead to."""
    text = INDEX.read_text(encoding="utf-8")
    listed = {(INDEX.parent / (match.group(1) or match.group(2))).resolve() for match in LINK.finditer(text)}
    for page in sorted(INDEX.parent.glob("*.md")):
        if page not in (*listed, INDEX):
            yield 1, f"the index does not list {page.name}"


def main() -> int:
    """Print all faults; 1 when there is one."""
    faults = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found = [*link_faults(page, text), *code_faults(text), *shown_faults(text)]
        found += index_faults() if page == INDEX else ()
        for line, fault in sorted(found):
            print(f"{page.relative_to(ROOT)}:{line}: {fault}")
            faults += 1
    print(f"{len(PAGES)} pages, {faults or 'no'} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
