"""The rules of the house that no other tool checks: sizes, words, links, pins, who may use what."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
PACKAGES = ("app", "ui", "sync", "local_db", "resources", "server", "bench", "tests", "tools")
TEXT = {".py", ".md", ".toml", ".txt", ".in", ".sh", ".sql", ".ini", ".mako", ".qss", ".ts", ""}

# Data libraries of the domain, each behind the one module that hides it.
DOMAIN_LIBRARIES = {
    "app/domain/phones.py": {"phonenumbers"},
    "app/domain/calendar.py": {"holidays"},
    "app/domain/zhuyin.py": {"pypinyin"},
}
# Its loop has no tasks that could be stopped.
PROGRAMS_WITHOUT_TASKS = {"bench/bare_window.py"}
# Written in pieces, so that this file does not hold what it forbids.
MACHINE_PATHS = re.compile(
    r"(?<![\w.~:$}/-])/(?:" + "|".join(("home", "root", "Users", "work")) + r")/\w"
)
REGISTRY_HOSTS = re.compile(
    "|".join((r"py" + r"pi\.org", r"python" + r"hosted", r"deb" + r"ian\.org", r"npm" + r"js\.org"))
)
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
UNEXPLAINED_IGNORE = re.compile(r"#\s*type:\s*" + r"ignore(?!\[[\w, -]+\]\s+#\s+\w)")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Files that git knows; in an unpacked archive, every file that is not made by tools."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    try:
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        paths = [ROOT / name for name in listing.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [p for p in ROOT.rglob("*") if not _made_by_tools(p.relative_to(ROOT))]
    return tuple(sorted(path for path in paths if path.is_file()))


def _made_by_tools(path: Path) -> bool:
    hidden = any(part.startswith(".") and part != ".ci" for part in path.parts)
    return hidden or bool({"__pycache__", "build", "dist"} & set(path.parts))


@cache
def text_files() -> tuple[tuple[str, str], ...]:
    """Name and text of every file that a person may read, the licence's text excepted."""
    return tuple(
        (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in tracked_files()
        if path.suffix in TEXT and path.name != "LICENSE"
    )


def modules() -> Iterator[tuple[str, str]]:
    """Name and source of every Python module."""
    return ((name, text) for name, text in text_files() if name.endswith(".py"))


@cache
def nodes_of(name: str) -> tuple[ast.AST, ...]:
    """The module itself and everything in it."""
    return tuple(ast.walk(ast.parse(dict(text_files())[name])))


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Every node of every module, with the module's name."""
    return ((name, node) for name, _ in modules() for node in nodes_of(name))


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def imported_packages(name: str) -> set[str]:
    """What a module imports, by full name."""
    names: set[str] = set()
    for node in nodes_of(name):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert lines_matching(MACHINE_PATHS) == []


def test_no_file_names_a_package_registry() -> None:
    assert lines_matching(REGISTRY_HOSTS) == []


def test_nothing_is_left_unfinished() -> None:
    assert lines_matching(UNFINISHED) == []


def test_every_silenced_type_error_says_which_and_why() -> None:
    assert lines_matching(UNEXPLAINED_IGNORE) == []


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    sizes = {name: len(source.splitlines()) for name, source in modules()}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_function_is_longer_than_fifty_lines() -> None:
    too_long = [
        f"{name}:{node.lineno} {node.name}"
        for name, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []


def test_every_module_begins_with_a_docstring() -> None:
    silent = [
        name
        for name, source in modules()
        if not name.startswith("tests/") and ast.get_docstring(ast.parse(source)) is None
    ]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty_names = {"utils", "helpers", "common", "manager", "base", "misc"}
    assert [name for name, _ in modules() if Path(name).stem in empty_names] == []


def _forbidden_use(node: ast.AST) -> str | None:
    """What stops the loop, loses a task, waits blindly or replaces a real part."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        call = f"{ast.unparse(node.func.value)}.{node.func.attr}"
        if call == "time.sleep" or node.func.attr in {"exec_", "processEvents"}:
            return call
        if node.func.attr == "exec" and not node.args:
            return call
    if isinstance(node, ast.Name) and node.id == "asyncSlot":
        return node.id
    if isinstance(node, ast.ImportFrom):
        names = {f"{node.module}.{alias.name}" for alias in node.names}
        if "unittest.mock" in {node.module, *names} or "time.sleep" in names:
            return f"{node.module}"
    if isinstance(node, ast.Import) and any(a.name == "unittest.mock" for a in node.names):
        return "unittest.mock"
    return None


def test_nothing_stops_the_loop_sleeps_or_mocks() -> None:
    found = [
        f"{name}:{getattr(node, 'lineno', 0)} {use}"
        for name, node in nodes()
        if name not in PROGRAMS_WITHOUT_TASKS and (use := _forbidden_use(node))
    ]
    assert found == []


def test_the_domain_needs_only_the_standard_library() -> None:
    foreign = {
        name: surplus
        for name, _ in modules()
        if name.startswith("app/domain/")
        and (
            surplus := {
                package
                for package in imported_packages(name)
                if package.split(".")[0] not in sys.stdlib_module_names
                and not package.startswith("app.domain")
                and package.split(".")[0] not in DOMAIN_LIBRARIES.get(name, set())
            }
        )
    }
    assert foreign == {}


def test_every_rules_page_is_named_by_the_module_that_obeys_it() -> None:
    product = "\n".join(source for name, source in modules() if not name.startswith("tests/"))
    pages = [path.name for path in (ROOT / "docs/rules").glob("*.md") if path.name != "README.md"]
    assert [page for page in pages if f"docs/rules/{page}" not in product] == []


def test_every_page_that_a_module_names_exists() -> None:
    named = {
        (name, page)
        for name, source in modules()
        for page in re.findall(r"docs/(?:rules|decisions)/[\w-]+\.md", source)
    }
    assert [f"{name}: {page}" for name, page in sorted(named) if not (ROOT / page).exists()] == []


def test_decision_numbers_are_unique() -> None:
    numbers = [path.name[:3] for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert [number for number in numbers if not number.isdigit()] == []
    assert sorted(set(numbers)) == sorted(numbers)


def test_every_link_in_the_documents_leads_somewhere() -> None:
    broken = []
    for name, text in text_files():
        if not name.endswith(".md"):
            continue
        for target in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", text):
            elsewhere = target.startswith(("http://", "https://", "mailto:"))
            if not elsewhere and not ((ROOT / name).parent / target).exists():
                broken.append(f"{name}: {target}")
    assert broken == []


def pins(file: str) -> dict[str, str]:
    """Package -> the whole pinned requirement with its hashes."""
    text = (ROOT / "requirements" / file).read_text().replace("\\\n", " ")
    return {re.split(r"[=\[;\s]", line, maxsplit=1)[0]: line for line in text.splitlines() if line}


@pytest.mark.parametrize("file", ["run.txt", "dev.txt"])
def test_every_requirement_is_pinned_with_hashes_and_names_no_source(file: str) -> None:
    loose = [
        name
        for name, pin in pins(file).items()
        if "==" not in pin or "--hash=sha256:" not in pin or "://" in pin or name.startswith("-")
    ]
    assert loose == []


@pytest.mark.parametrize(("file", "extras"), [("run.txt", []), ("dev.txt", ["dev"])])
def test_what_the_project_needs_is_pinned(file: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], "setuptools"]
    for extra in extras:
        needed += project["optional-dependencies"][extra]
    names = {re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in needed}
    assert names - set(pins(file)) == set(), "run 'make requirements'"


def test_the_tests_run_with_the_versions_that_ship() -> None:
    developed_with = pins("dev.txt")
    shipped = {name: pin.split()[0] for name, pin in pins("run.txt").items()}
    assert {n: v for n, v in shipped.items() if developed_with[n].split()[0] != v} == {}


def test_the_tree_holds_only_the_rooms_of_the_house() -> None:
    rooms = {path.relative_to(ROOT).parts[0] for path in tracked_files() if path.suffix == ".py"}
    assert rooms - set(PACKAGES) == set()
