"""A rule for what people read in SQL: comments, messages and hints are plain English.

It takes words for verbs by lists, so it misses much and names little that is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pglast import ast

from dbtool.sql import errors_raised
from dbtool.sql.rules.base import Finding, ParsedFile
from dbtool.sql.script import line_at

_OBJECT = re.compile(r"comment\s+on\s+(?P<object>.+?)\s+is\s", re.I | re.S)
_REMARK = re.compile(r"(?:^[ \t]*--[^\n]*(?:\n|\Z))+", re.M)
_DASHES = re.compile(r"^[ \t]*--", re.M)
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=(?:Args|Returns|Raises|Caller):)")
_SENTENCE = re.compile(r"[^.:;!?]+(?:[.:;!?](?!\s|$)[^.:;!?]*)*(?P<end>[.:;!?]|$)")
_WORD = re.compile(r"[\w'-]+|,")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SUBJECTS = {"who", "whoever", "what", "whatever"}
_BESIDE_VERBS = _words("already also else ever first just later never not once only still")
_AUXILIARIES = _words(
    "am are can cannot could did do does had has have is may might must shall should was were "
    "will would"
)
# Not those that are plurals of nouns as often: "answers", "calls", "ends".
_VERBS = _AUXILIARIES | _words(
    "adds asks becomes begins belongs brings comes counts decides differs earns expires finds "
    "follows gets gives goes happens holds keeps knows learns leaves lets loses makes means meets "
    "needs opens owns reads receives refuses remains requires says sees sends shows stands stays "
    "takes teaches tells waits wants wears writes"
)
# A verb after one of these belongs to the one before it: "may do", "takes or took".
_JOINED = _words("and but can could may might must or shall should to will would")
# And after one of these to a clause of its own: "the tier it asks for".
_PRONOUNS = _words("he it she they we you")
# Words after one of these have a verb of their own.
_OPENERS = _words(
    "after although as because before how if once since than that though unless until what when "
    "where whether which while who whom whose why"
)

_LACK = re.compile(
    r"\black(?:s|ed)?\b(?:\s*(?:[,)]|$)|\s+(?:and|are|at|but|either|here|in|is|on|or|still|"
    r"then|there|too|until|was|were|when|where|while|yet)\b)",
    re.I,
)
# The object may come first: "the permission that you lack".
_OBJECT_BEFORE = re.compile(r"\b(?:that|what|which|whom)\s+(?!lack)\w", re.I)
_NOUN = re.compile(r"\b(?:a|any|for|no|of|some|the|their|this|its)\s+$", re.I)


def plain_english(files: Sequence[ParsedFile]) -> Iterator[Finding]:
    """Sentences with a bare "who" or "what" as subject, and "lack" without an object."""
    for file, offset, text in _texts(files):
        for problem in problems(text):
            yield Finding("plain-english", file.path, line_at(file.text, offset), problem)


def problems(text: str) -> Iterator[str]:
    """What is wrong with a text, sentence by sentence."""
    for paragraph in _PARAGRAPH.split(text):
        for match in _SENTENCE.finditer(" ".join(paragraph.split())):
            sentence = match[0].strip()
            if match["end"] != "?" and _is_headless(sentence):
                subject = sentence.split()[0]
                yield f'name the subject of the sentence instead of "{subject}": {sentence}'
            if _lacks_object(sentence):
                yield f'"lack" needs an object; or write "missing": {sentence}'


def _texts(files: Sequence[ParsedFile]) -> Iterator[tuple[ParsedFile, int, str]]:
    """Each text with its file and where it begins.

    Applied migrations are not edited, so of theirs only what still holds counts: of the comments
    on one object, and of the definitions of one function, the last.
    """
    comments: dict[str, tuple[ParsedFile, int, str]] = {}
    functions: dict[str, tuple[ParsedFile, int, str]] = {}
    for file in files:
        if file.place == "down":
            continue
        for statement in file.statements:
            on = _OBJECT.match(statement.text)
            if on and isinstance(statement.node, ast.CommentStmt):
                key = " ".join(on["object"].split())
                comments[key] = (file, statement.offset, statement.node.comment or "")
        for name, body in errors_raised.functions(file.text):
            functions[name] = (file, file.text.index(body), body)
        if file.place != "migration":
            for remark in _REMARK.finditer(file.text):
                yield file, remark.start(), _DASHES.sub("", remark[0])
    yield from comments.values()
    for file, offset, body in functions.values():
        for raised in errors_raised.read(body):
            yield file, offset + raised.offset, raised.message
            yield file, offset + raised.offset, raised.hint


def _is_headless(sentence: str) -> bool:
    """Whether a bare question word is the subject: its clause is followed by another verb.

    "Who waits gets a seat" has two verbs; "Who waits for a seat", the title of a list, has one.
    """
    words = [word.lower() for word in _WORD.findall(sentence)]
    if not words or words[0] not in _SUBJECTS:
        return False
    words = words[: words.index(",")] if "," in words else words
    at = 1
    while at < len(words) and words[at] in _BESIDE_VERBS:
        at += 1
    own = 0
    is_open = False
    before = _JOINED
    for number, word in enumerate(words):
        if number < at:
            continue
        if number == at and words[0].startswith("who"):
            own += 1
        elif word in _OPENERS:
            is_open = True
        elif word in _VERBS and words[number - 1] not in before:
            own += not is_open
            is_open = False
        before = _JOINED | _PRONOUNS if own else _JOINED
    return own > 1


def _lacks_object(sentence: str) -> bool:
    for match in _LACK.finditer(sentence.rstrip(".:;!?")):
        before = sentence[: match.start()]
        if not _OBJECT_BEFORE.search(before) and not _NOUN.search(before):
            return True
    return False
