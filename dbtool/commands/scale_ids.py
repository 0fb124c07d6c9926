"""Who and what there is in a world of a chosen size, and under which ids.

Everything hangs on numbers: person, course or lesson ``n`` has the same id in every world, so that
a benchmark finds them without looking.
"""

from __future__ import annotations

from dataclasses import dataclass

LESSONS_PER_COURSE = 20
LESSONS_PER_MODULE = 5
COURSES_PER_PERSON = 3
# Lessons begun in each course of a person: all completed but that of the last.
BEGUN = (5, 4, 1)
# This many take the first course, so that there is one with a long gradebook.
FIRST_COURSE_LEARNERS = 10_000
_WORDS = {
    "fr": ("analyse", "données", "réseaux", "écriture", "langage", "projets", "bases", "modèles"),
    "en": ("testing", "queries", "networks", "writing", "languages", "projects", "data", "models"),
    "ar": ("برمجة", "بيانات", "شبكات", "كتابة", "لغات", "مشاريع", "نماذج", "تحليل"),
}


@dataclass(frozen=True)
class World:
    """How much there is to be of what.

    Attributes:
        people: Learners, at least 100; some of them teach.
    """

    people: int

    @property
    def courses(self) -> int:
        """One for a hundred people, 10 to 10,000."""
        return min(max(self.people // 100, 10), 10_000)

    @property
    def teachers(self) -> int:
        """The first people, each with about ten courses."""
        return max(self.courses // 10, 1)

    def courses_of(self, person: int) -> tuple[int, int, int]:
        """Three different courses; the first of the first people is course 0."""
        first = 0 if person < FIRST_COURSE_LEARNERS else _scattered(person) % self.courses
        reach = (self.courses - 1) // 2
        second = first + 1 + _scattered(person + 1) % reach
        third = second + 1 + _scattered(person + 2) % reach
        return first, second % self.courses, third % self.courses


def person_id(number: int) -> str:
    """The id of a person, counted from 0; scattered as random ids are."""
    return f"5ca1e000-0000-4000-8000-{_scattered(number):012x}"


def course_id(number: int) -> str:
    """The id of a course, counted from 0."""
    return f"5ca1e001-0000-4000-8000-{_scattered(number):012x}"


def lesson_id(course: int, lesson: int) -> str:
    """The id of a lesson of a course, both counted from 0."""
    return f"5ca1e003-0000-4000-8000-{_scattered(course * LESSONS_PER_COURSE + lesson):012x}"


def tier(course: int) -> str:
    """The tier that a course asks for: every fifth is for members."""
    return "member" if course % 5 == 4 else "free"


def day(number: int) -> str:
    """A time in 2026."""
    spread = _scattered(number)
    return f"2026-{spread % 9 + 1:02}-{spread // 9 % 28 + 1:02} {spread // 252 % 24:02}:00+00"


def module_id(course: int, module: int) -> str:
    """The id of a module of a course, both counted from 0."""
    return f"5ca1e002-0000-4000-8000-{course * 100 + module:012x}"


def assessment_id(course: int) -> str:
    """The id of a course's final exam."""
    return f"5ca1e004-0000-4000-8000-{course:012x}"


def item_id(course: int) -> str:
    """The id of the only item of a course's final exam."""
    return f"5ca1e005-0000-4000-8000-{course:012x}"


def attempt_id(person: int) -> str:
    """The id of a person's attempt at the final exam of the first of her courses."""
    return f"5ca1e006-0000-4000-8000-{_scattered(person):012x}"


def course_line(number: int, world: World) -> str:
    """A course: its id, slug, title, subtitle, description, language, difficulty and author."""
    language = ("fr", "en", "ar")[number % 3]
    words = _WORDS[language]
    title, subtitle = (
        " ".join(words[_scattered(number * 7 + at + i) % len(words)] for i in range(3))
        for at in (0, 3)
    )
    difficulty = ("beginner", "intermediate", "advanced", "expert")[number % 4]
    teacher = person_id(number % world.teachers)
    return (
        f"{course_id(number)}\tscale-{number}\t{title} {number}\t{subtitle}\t{subtitle} {title}\t"
        f"{language}\t{difficulty}\t{teacher}"
    )


def _scattered(number: int) -> int:
    """One of 2**48, another for each number: multiplied by an odd constant (Knuth, TAOCP 6.4)."""
    return (number + 1) * 0x9E3779B97F4B & 0xFFFFFFFFFFFF
