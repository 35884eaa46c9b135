"""The one exception that Unbead raises for input it cannot use."""


class UnbeadError(Exception):
    """A problem with the user's input, told in one line that names the remedy.

    The command line prints the message and ends with exit code 2.
    """
