"""What holds between the fields of a record."""

from typing import Any


class Rules:
    """What a record says of its fields together; most say nothing."""

    @classmethod
    def completed(cls, given: dict[str, Any]) -> dict[str, Any]:
        """The given values with those that follow from them."""
        return given

    def fault(self) -> Exception | None:
        """Why the values do not go together: a ValueError, or an error of pydantic's."""
        return None
