"""A stack machine for the instructions of pickles that hold plain data.

Method ``op_name`` carries out the instruction ``NAME`` of :mod:`pickletools`; there are no
others. What a name in a pickle stands for, and what calling it means, is the caller's
table: nothing is imported or looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class ForbiddenPickleError(ValueError):
    """The pickle holds something else than what its reader allows."""


class Name(str):
    """The name of a function or class, as ``module name``."""


class Machine:
    """Stack, marks, memo, and the instructions.

    Parameters
    ----------
    names
        Every name that may occur, and what stands in for calling it.
    persistent
        Turns the identity of an object that is kept outside the pickle into the object.
    """

    def __init__(
        self, names: Mapping[str, Callable[..., Any]], persistent: Callable[[Any], Any]
    ) -> None:
        self.stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}
        self._names = names
        self._persistent = persistent

    def do(self, name: str, argument: Any) -> None:
        """Carry out one instruction."""
        instruction = getattr(self, f"op_{name.lower()}", None)
        if instruction is None:
            raise ForbiddenPickleError(f"the instruction {name}")
        instruction(argument)

    def op_proto(self, _: Any) -> None:
        """Do nothing; as for a frame."""

    op_frame = op_proto

    def op_binint(self, value: Any) -> None:
        """Push the value that the instruction carries."""
        self.stack.append(value)

    op_binint1 = op_binint2 = op_long1 = op_binfloat = op_binint
    op_binunicode = op_short_binunicode = op_binstring = op_short_binstring = op_binint

    def op_none(self, _: Any) -> None:
        """Push None."""
        self.stack.append(None)

    def op_newtrue(self, _: Any) -> None:
        """Push True."""
        self.stack.append(True)

    def op_newfalse(self, _: Any) -> None:
        """Push False."""
        self.stack.append(False)

    def op_empty_dict(self, _: Any) -> None:
        """Push a dict."""
        self.stack.append({})

    def op_empty_list(self, _: Any) -> None:
        """Push a list."""
        self.stack.append([])

    def op_empty_tuple(self, _: Any) -> None:
        """Push a tuple."""
        self.stack.append(())

    def op_tuple1(self, _: Any, count: int = 1) -> None:
        """Put the last items into a tuple."""
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def op_tuple2(self, _: Any) -> None:
        """Put the last two items into a tuple."""
        self.op_tuple1(None, 2)

    def op_tuple3(self, _: Any) -> None:
        """Put the last three items into a tuple."""
        self.op_tuple1(None, 3)

    def op_mark(self, _: Any) -> None:
        """Remember the height of the stack."""
        self._marks.append(len(self.stack))

    def op_tuple(self, _: Any) -> None:
        """Put what was pushed since the mark into a tuple."""
        self.stack.append(tuple(self._since_mark()))

    def op_append(self, _: Any) -> None:
        """Append the last item to the list below it."""
        item = self.stack.pop()
        of_type(self.stack[-1], list).append(item)

    def op_appends(self, _: Any) -> None:
        """Append what was pushed since the mark."""
        items = self._since_mark()
        of_type(self.stack[-1], list).extend(items)

    def op_setitem(self, _: Any) -> None:
        """Put the last two items into the dict below them, as key and value."""
        value, key = self.stack.pop(), self.stack.pop()
        of_type(self.stack[-1], dict)[key] = value

    def op_setitems(self, _: Any) -> None:
        """Put the pairs that were pushed since the mark into the dict below."""
        items = self._since_mark()
        of_type(self.stack[-1], dict).update(zip(items[::2], items[1::2], strict=True))

    def op_binput(self, index: int) -> None:
        """Remember the last item."""
        self._memo[index] = self.stack[-1]

    op_long_binput = op_binput

    def op_memoize(self, _: Any) -> None:
        """Remember the last item under the next number."""
        self._memo[len(self._memo)] = self.stack[-1]

    def op_binget(self, index: int) -> None:
        """Push what was remembered."""
        self.stack.append(self._memo[index])

    op_long_binget = op_binget

    def op_global(self, name: str) -> None:
        """Push a name, if it is allowed."""
        if name not in self._names:
            raise ForbiddenPickleError(name.replace(" ", "."))
        self.stack.append(Name(name))

    def op_stack_global(self, _: Any) -> None:
        """Push a name, made of the last two items."""
        attribute, module = self.stack.pop(), self.stack.pop()
        self.op_global(f"{module} {attribute}")

    def op_reduce(self, _: Any) -> None:
        """Call the caller's stand-in for a name."""
        arguments, name = self.stack.pop(), self.stack.pop()
        self.stack.append(self._names[of_type(name, Name)](*of_type(arguments, tuple)))

    def op_build(self, _: Any) -> None:
        """Drop the attributes of a dict: PyTorch keeps version numbers of modules there."""
        self.stack.pop()
        of_type(self.stack[-1], dict)

    def op_binpersid(self, _: Any) -> None:
        """Push an object that is kept outside the pickle."""
        self.stack.append(self._persistent(self.stack.pop()))

    def _since_mark(self) -> list[Any]:
        """Take what was pushed since the last mark."""
        start = self._marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items


def of_type(value: Any, kind: type) -> Any:
    """Return ``value`` if it is exactly of a type."""
    if type(value) is not kind:
        raise ValueError(f"a {type(value).__name__} where a {kind.__name__} belongs")
    return value
