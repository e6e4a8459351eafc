"""The one exception that carries a plain sentence to the person at the keyboard."""


class WorkbookError(Exception):
    """Something in the workbook must be mended: the message says where, what is wrong and what to do.

    The command line prints the message without a traceback and ends with a non-zero exit code.
    """
