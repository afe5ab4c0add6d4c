"""Text that somebody else chose, such as an object's name, fit for a line that people or machines read."""


def printable(text: str) -> str:
    """Put the text on one line, without the characters that steer terminals, reorder what is read, or are none."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " if each.isspace() else "\ufffd" for each in text)
