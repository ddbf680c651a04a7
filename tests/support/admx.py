"""Whether ADMX and ADML files keep to the rules of Microsoft's schema of policy definitions.

The rules are those of the published schema (BaseTypes, PolicyDefinitions, PolicyDefinitionFiles):
order and number of elements, attributes with their types, names. What a schema cannot say comes on
top: references that lead somewhere, names that are unique, boxes that fit their elements, bounds.
Written anew; Microsoft's files are not part of the program. ``problems`` is empty for good files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
MOST_NUMBER = 2**32 - 1
Check = Callable[[str], bool]


def _matches(pattern: str) -> Check:
    return lambda text: re.fullmatch(pattern, text) is not None


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= MOST_NUMBER


ANY: Check = lambda _: True  # noqa: E731
NAME = _matches(r"\w+")  # letters, digits, underscore
REFERENCE = _matches(r"\w+(:\w+)?")
STRING = _matches(r"\$\(string\.\w+\)")
PRESENTATION = _matches(r"\$\(presentation\.\w+\)")
VERSION = _matches(r"[0-9]{1,4}\.[0-9]{1,5}")
FLAG = _matches("true|false|0|1")
CLASS = _matches("User|Machine|Both")
LANGUAGE = _matches("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
KEY = _matches(r"(?!HK)[^\\/]+(\\[^\\/]+)*")  # no hive, no empty part

# Element -> (attributes, those that must be there, children in their order with "?", "*", "+").
Rule = tuple[Mapping[str, Check], str, str]
_ELEMENT = {"id": ANY, "clientExtension": ANY, "key": KEY, "valueName": ANY}
_BOX = {"refId": ANY}
RULES: Mapping[str, Rule] = {
    "policyDefinitions": (
        {"revision": VERSION, "schemaVersion": VERSION},
        "revision schemaVersion",
        "policyNamespaces supersededAdm* annotation* resources supportedOn? categories? policies?",
    ),
    "policyNamespaces": ({}, "", "target using*"),
    "target": ({"prefix": NAME, "namespace": ANY}, "prefix namespace", ""),
    "using": ({"prefix": NAME, "namespace": ANY}, "prefix namespace", ""),
    "policyDefinitions/resources": (
        {"minRequiredRevision": VERSION, "fallbackCulture": LANGUAGE},
        "minRequiredRevision",
        "",
    ),
    "policyDefinitions/supportedOn": ({}, "", "products? definitions?"),
    "definitions": ({}, "", "definition+"),
    "definition": ({"name": NAME, "displayName": STRING}, "name displayName", ""),
    "categories": ({}, "", "category+"),
    "category": (
        {"name": NAME, "displayName": STRING, "explainText": STRING},
        "name displayName",
        "annotation* parentCategory? seeAlso* keywords?",
    ),
    "parentCategory": ({"ref": REFERENCE}, "ref", ""),
    "policies": ({}, "", "policy+"),
    "policy": (
        {
            "name": NAME, "class": CLASS, "displayName": STRING, "explainText": STRING,
            "presentation": PRESENTATION, "key": KEY, "valueName": ANY,
        },
        "name class displayName key",
        "annotation* parentCategory? seeAlso* keywords? supportedOn enabledValue? disabledValue?"
        " enabledList? disabledList? elements?",
    ),
    "policy/supportedOn": ({"ref": REFERENCE}, "ref", ""),
    "enabledValue": ({}, "", "<value>"),
    "disabledValue": ({}, "", "<value>"),
    "value": ({}, "", "<value>"),
    "value/string": ({}, "", ""),
    "decimal/value": ({"value": _number}, "value", ""),
    "elements": ({}, "", "<element>"),
    "elements/decimal": (
        {
            **_ELEMENT, "required": FLAG, "minValue": _number, "maxValue": _number,
            "storeAsText": FLAG, "soft": FLAG,
        },
        "id",
        "",
    ),
    "elements/text": (
        {**_ELEMENT, "required": FLAG, "maxLength": _number, "expandable": FLAG, "soft": FLAG},
        "id",
        "",
    ),
    "elements/boolean": (dict(_ELEMENT), "id", "trueValue? falseValue? trueList? falseList?"),
    "elements/enum": ({**_ELEMENT, "required": FLAG}, "id", "item*"),
    "elements/list": (
        {
            "id": ANY, "clientExtension": ANY, "key": KEY, "valuePrefix": ANY, "additive": FLAG,
            "expandable": FLAG, "explicitValue": FLAG,
        },
        "id",
        "",
    ),
    "item": ({"displayName": STRING}, "displayName", "value valueList?"),
    "policyDefinitionResources": (
        {"revision": VERSION, "schemaVersion": VERSION},
        "revision schemaVersion",
        "displayName description annotation* resources",
    ),
    "displayName": ({}, "", ""),
    "description": ({}, "", ""),
    "policyDefinitionResources/resources": ({}, "", "stringTable? presentationTable?"),
    "stringTable": ({}, "", "string+"),
    "stringTable/string": ({"id": NAME}, "id", ""),
    "presentationTable": ({}, "", "presentation+"),
    "presentation": ({"id": NAME}, "id", "<box>"),
    "decimalTextBox": (
        {**_BOX, "defaultValue": _number, "spin": FLAG, "spinStep": _number}, "refId", "",
    ),
    "textBox": (_BOX, "refId", "label defaultValue?"),
    "checkBox": ({**_BOX, "defaultChecked": FLAG}, "refId", ""),
    "dropdownList": ({**_BOX, "noSort": FLAG, "defaultItem": _number}, "refId", ""),
    "listBox": (_BOX, "refId", ""),
    "label": ({}, "", ""),
    "textBox/defaultValue": ({}, "", ""),
    "text": ({}, "", ""),
}  # fmt: skip
SETS = {
    "<value>": "(delete|decimal|string) ",
    "<element>": "((boolean|decimal|text|enum|list|longDecimal|multiText) )+",
    "<box>": "((text|decimalTextBox|textBox|checkBox|comboBox|dropdownList|listBox) )*",
}
BOXES = {
    "decimalTextBox": {"decimal", "text"}, "textBox": {"text"}, "checkBox": {"boolean"},
    "dropdownList": {"enum"}, "listBox": {"list"}, "comboBox": {"text"},
}  # fmt: skip


def problems(admx: str, adml: Mapping[str, str]) -> list[str]:
    """What is wrong with definitions and their words by language."""
    found: list[str] = []
    definitions = _parsed(admx, "policyDefinitions", found)
    words = {name: _parsed(text, "policyDefinitionResources", found) for name, text in adml.items()}
    if found or definitions is None:
        return found
    found += _inner(definitions)
    for name, resources in words.items():
        assert resources is not None
        found += [f"{name}: {one}" for one in _against(definitions, resources)]
    fallback = definitions.find(_q("resources"))
    if fallback is not None and fallback.get("fallbackCulture", "en-US") not in adml:
        found.append("no words in the fallback culture")
    return found


# -- inside: the schema ----------------------------------------------------------------------------


def _q(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{one}" for one in path.split("/"))


def _tag(element: Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def _parsed(text: str, root: str, found: list[str]) -> Element | None:
    try:
        element = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        found.append(f"no XML: {error}")
        return None
    if element.tag != f"{{{NAMESPACE}}}{root}":
        found.append(f"{element.tag} instead of {root}")
        return None
    found += _by_rule(element, "")
    return element


def _by_rule(element: Element, above: str) -> Iterator[str]:
    tag = _tag(element)
    name = "decimal/value" if tag == "decimal" and above != "elements" else f"{above}/{tag}"
    rule = RULES.get(name) or RULES.get(tag)
    if rule is None:
        yield f"unknown element {above}/{tag}"
        return
    attributes, required, order = rule
    for attribute, value in element.attrib.items():
        check = attributes.get(attribute)
        if check is None or not check(value):
            yield f"{tag} {attribute}={value!r}"
    yield from (f"{tag} without {one}" for one in required.split() if one not in element.attrib)
    children = "".join(f"{_tag(child)} " for child in element)
    if not re.fullmatch(_pattern(order), children):
        yield f"{tag} holds {children}instead of {order or 'nothing'}"
    if tag == "string" and above == "value" and len(element.text or "") > 255:
        yield "a value longer than 255"
    for child in element:
        yield from _by_rule(child, tag)


def _pattern(order: str) -> str:
    if order in SETS:
        return SETS[order]
    parts = re.findall(r"(\w+)([?*+]?)", order)
    return "".join(f"({name} ){number}" for name, number in parts)


# -- inside: what a schema cannot say --------------------------------------------------------------


def _twice(kind: str, names: list[str]) -> list[str]:
    return [f"{kind} {name} twice" for name, count in Counter(names).items() if count > 1]


def _inner(root: Element) -> Iterator[str]:
    def names(path: str, attribute: str = "name") -> list[str]:
        return [one.get(attribute, "") for one in root.iterfind(_q(path))]

    policies = list(root.iterfind(_q("policies/policy")))
    categories = list(root.iterfind(_q("categories/category")))
    yield from _twice("policy", names("policies/policy"))
    yield from _twice("category", names("categories/category"))
    supported = names("supportedOn/definitions/definition")
    yield from _twice("supportedOn", supported)
    known = {one.get("name") for one in categories}
    for owner in (*policies, *categories):
        parent = owner.find(_q("parentCategory"))
        if parent is not None and parent.get("ref") not in known:
            yield f"{owner.get('name')}: no category {parent.get('ref')}"
        if parent is None and _tag(owner) == "policy":
            yield f"{owner.get('name')}: in no category"
    places: list[str] = []
    for policy in policies:
        reference = policy.find(_q("supportedOn"))
        if reference is not None and reference.get("ref") not in supported:
            yield f"{policy.get('name')}: supported on nothing"
        yield from _of_policy(policy)
        places += _places(policy)
    yield from _twice("registry value", places)


def _of_policy(policy: Element) -> Iterator[str]:
    name = policy.get("name", "")
    elements = list(policy.iterfind(_q("elements") + "/*"))
    yield from _twice(f"{name}: element", [one.get("id", "") for one in elements])
    if not elements and not policy.get("valueName"):
        yield f"{name}: sets nothing"
    if elements and not policy.get("presentation"):
        yield f"{name}: elements without a presentation"
    for one in elements:
        if _tag(one) != "list" and not one.get("valueName"):
            yield f"{name}: {one.get('id')} without valueName"
        if _tag(one) == "decimal" and int(one.get("minValue", 0)) > int(one.get("maxValue", 9999)):
            yield f"{name}: {one.get('id')} has no number"
        if _tag(one) == "list" and "valuePrefix" in one.attrib and "explicitValue" in one.attrib:
            yield f"{name}: a list with prefix and explicit values"
        if _tag(one) == "enum" and not list(one):
            yield f"{name}: {one.get('id')} without a choice"


def _places(policy: Element) -> Iterator[str]:
    key = policy.get("key", "")
    if policy.get("valueName"):
        yield rf"{key}\{policy.get('valueName')}".lower()
    for one in policy.iterfind(_q("elements") + "/*"):
        yield rf"{one.get('key', key)}\{one.get('valueName', '*')}".lower()


def _against(root: Element, resources: Element) -> Iterator[str]:
    strings = [one.get("id", "") for one in resources.iterfind(_q("resources/stringTable/string"))]
    yield from _twice("string", strings)
    text = ElementTree.tostring(root, encoding="unicode")
    wanted = set(re.findall(r"\$\(string\.(\w+)\)", text))
    yield from (f"no string {one}" for one in sorted(wanted - set(strings)))
    yield from (f"string {one} is not used" for one in sorted(set(strings) - wanted))
    for one in resources.iterfind(_q("resources/stringTable/string")):
        if not (one.text or "").strip():
            yield f"string {one.get('id')} is empty"
    shown = list(resources.iterfind(_q("resources/presentationTable/presentation")))
    yield from _twice("presentation", [one.get("id", "") for one in shown])
    by_id = {one.get("id"): one for one in shown}
    asked = set()
    for policy in root.iterfind(_q("policies/policy")):
        reference = policy.get("presentation")
        if reference is None:
            continue
        name = reference.removeprefix("$(presentation.").removesuffix(")")
        asked.add(name)
        presentation = by_id.get(name)
        if presentation is None:
            yield f"no presentation {name}"
            continue
        yield from _fits(policy, presentation)
    yield from (f"presentation {one} is not used" for one in by_id if one not in asked)


def _fits(policy: Element, presentation: Element) -> Iterator[str]:
    elements = {one.get("id"): one for one in policy.iterfind(_q("elements") + "/*")}
    boxes = [one for one in presentation if _tag(one) != "text"]
    name = policy.get("name")
    if sorted(str(one.get("refId")) for one in boxes) != sorted(map(str, elements)):
        yield f"{name}: boxes are not one an element"
        return
    for box in boxes:
        element = elements[box.get("refId")]
        if _tag(element) not in BOXES[_tag(box)]:
            yield f"{name}: {_tag(box)} for {_tag(element)}"
        elif _tag(box) == "decimalTextBox":
            low, high = int(element.get("minValue", 0)), int(element.get("maxValue", 9999))
            if not low <= int(box.get("defaultValue", 1)) <= high:
                yield f"{name}: {box.get('refId')} begins outside its bounds"
        elif _tag(box) == "dropdownList" and int(box.get("defaultItem", 0)) >= len(list(element)):
            yield f"{name}: {box.get('refId')} begins with no choice"
