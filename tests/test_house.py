"""The house's own rules: every page says whom it is for; budgets; a template for every page; words in the catalogue."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment

from timebank.policy import GRANTS, Permission, Role
from timebank.web.access import EVERYONE, SIGNED_IN
from timebank.web.house import AREAS

HOME = Path(__file__).resolve().parents[1]
CODE = sorted((HOME / "timebank").rglob("*.py"))
TEMPLATES = HOME / "timebank" / "templates"
FILE, FUNCTION, VIEW = 300, 40, 25


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    from config import Settings
    from timebank import create_app

    return create_app(
        Settings(instance=tmp_path_factory.mktemp("instance"), production=False, database_url="sqlite://")
    )


def test_every_page_says_whom_it_is_for(application):
    silent = [
        endpoint
        for endpoint, view in application.view_functions.items()
        if endpoint != "static" and getattr(view, "opens_for", None) not in {EVERYONE, SIGNED_IN, *Permission}
    ]
    assert silent == []


def test_every_permission_is_granted_and_asked_for(application):
    asked = {getattr(view, "opens_for", None) for view in application.view_functions.values()}

    assert set(GRANTS) == set(Permission)
    assert set(Permission) - asked == set()


def test_a_funder_may_see_releases_and_nothing_else():
    assert {permission for permission, roles in GRANTS.items() if Role.FUNDER in roles} == {Permission.SEE_RELEASES}


def test_addresses_are_words_with_hyphens(application):
    for rule in application.url_map.iter_rules():
        bare = re.sub(r"<[^>]+>", "x", rule.rule)
        assert re.fullmatch(r"/|(/[a-z0-9.-]+)+/?", bare), rule.rule


def test_every_template_is_a_page_of_its_module_and_every_page_has_one():
    drawn = set()
    for name in AREAS:
        source = (HOME / "timebank" / "web" / "pages" / f"{name}.py").read_text()
        drawn |= set(re.findall(r'"([a-z_]+/[a-z_]+\.html)"', source))
    there = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if path.parts[len(TEMPLATES.parts)] in AREAS and not path.name.startswith("_")
    }
    assert there == drawn


def _functions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            begin = node.body[1].lineno if documented and len(node.body) > 1 else first.lineno
            yield node.name, (node.end_lineno or 0) - begin + 1


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(HOME)))
def test_files_and_functions_keep_their_budgets(path):
    lines = path.read_text().count("\n")
    assert lines <= FILE, f"{lines} lines"
    most = VIEW if path.parent.name == "pages" else FUNCTION
    long = {name: length for name, length in _functions(path) if length > most}
    assert long == {}


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(HOME)))
def test_every_module_begins_with_one_sentence_that_tells_what_it_is_for(path):
    said = ast.get_docstring(ast.parse(path.read_text()))
    assert said
    assert said.split("\n\n")[0].rstrip().endswith(".")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_sentence_of_a_template_goes_through_the_catalogue(path):
    told = "".join(text for _line, kind, text in Environment().lex(path.read_text()) if kind == "data")
    bare = re.sub(r"<svg\b.*?</svg>|<[^>]*>|&[a-z]+;", " ", told, flags=re.DOTALL)
    assert not re.search(r"[^\W\d_]{2,}", bare), re.findall(r"[^\W\d_]{2,}", bare)[:8]


def test_no_template_carries_styles_or_scripts():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*\"|[^\"'\s]\s*\|\s*safe\b|javascript:", text), path


def test_the_floors_hold():
    program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    answer = subprocess.run(program, cwd=HOME, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_the_pinned_versions_are_names_and_versions_only():
    for line in (HOME / "constraints.txt").read_text().splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.!+]+", line), line


@pytest.mark.parametrize("name", ["pyproject.toml", "Makefile", ".ci/run", "constraints.txt"])
def test_no_address_of_the_network_stands_where_packages_are_named(name):
    assert "://" not in (HOME / name).read_text()
