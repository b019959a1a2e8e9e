"""TOML texts and the lines of their keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.values.faults import Misconfigured
from gateway.values.tomltext import TomlText, dotted

TEXT = '''\
a = 1 # [x]
[b."c.d"]
e = ["x]", { f = """
# "no" key = 1
""\\"q""""", g = 1979-05-27 07:32:00 }, [1,
2]]  # "
[[r]]
h.i = 'z\\'
[[r]]
[r.k]
l = {}
[[r.m]]
n = []
'''


def test_every_key_and_element_has_its_line():
    """Strings, comments, nested arrays and arrays of tables do not lead the scanner astray."""
    source = TomlText("a.toml", TEXT)
    paths = {
        ("a",): 1,
        ("b", "c.d"): 2,
        ("b", "c.d", "e"): 3,
        ("b", "c.d", "e", 1, "f"): 3,
        ("b", "c.d", "e", 1, "g"): 5,
        ("b", "c.d", "e", 2, 0): 5,
        ("b", "c.d", "e", 2, 1): 6,
        ("r", 0): 7,
        ("r", 0, "h", "i"): 8,
        ("r", 1): 9,
        ("r", 1, "k", "l"): 11,
        ("r", 1, "m", 0, "n"): 13,
    }

    assert paths == {path: source.line(path) for path in paths}


def test_a_path_without_a_place_takes_that_of_its_parent():
    """A missing key is reported where its table begins; a missing top-level key in the first line."""
    source = TomlText("a.toml", TEXT)

    assert (9, 1) == tuple(source.line(path) for path in [("r", 1, "missing"), ("missing",)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\nb = \n", "a.toml:2: not valid TOML: Invalid value (column 5)"),
        ("a = 1\na = 2\n", "a.toml:2: not valid TOML: Cannot overwrite a value (column 6)"),
        ("a = [\n\n", "a.toml:3: not valid TOML: Invalid value"),
    ],
)
def test_text_that_is_not_toml_is_a_problem_with_its_line(text, expected):
    """The place tomllib gives in words becomes file and line."""
    with pytest.raises(Misconfigured) as raised:
        TomlText("a.toml", text)

    assert [expected] == [str(problem) for problem in raised.value.problems]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6)
VALUES = st.recursive(
    st.one_of(st.integers(), st.booleans(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


def spell(value):
    """Spell a value as TOML, arrays over several lines."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[\n" + "".join(f"  {spell(member)}, # ]\n" for member in value) + "]"
    return "{ " + ", ".join(f"{quoted(key)} = {spell(member)}" for key, member in value.items()) + " }"


def quoted(text):
    """Spell a basic string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(WORDS, VALUES, max_size=5))
def test_keys_stand_where_they_were_written(table):
    """Whatever the values hold, each top-level key is found on its own line."""
    lines, expected = [], {}
    for key, value in table.items():
        expected[key] = len(lines) + 1
        lines += f"{quoted(key)} = {spell(value)}".split("\n")
    source = TomlText("a.toml", "\n".join(lines) + "\n")

    assert table == source.value
    assert expected == {key: source.line((key,)) for key in table}


def test_paths_are_spelled_for_people():
    """Array elements count from 0, in brackets."""
    assert dotted(("relay", "routes", 0, "hosts", 1)) == "relay.routes[0].hosts[1]"
