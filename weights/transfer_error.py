"""Why a transfer failed, and whether another try may succeed."""

from __future__ import annotations

import socket

#: An answer that another try may change: too many requests.
TOO_MANY_REQUESTS = 429


class TransferError(Exception):
    """A transfer failed; ``again`` says whether another try may succeed."""

    def __init__(self, reason: str, again: bool = False) -> None:
        # A server's words are part of it.
        super().__init__(" ".join(reason.split())[:300])
        self.again = again


def explained(error: Exception) -> TransferError:
    """Return what an error of requests means."""
    from requests import exceptions

    if isinstance(error, exceptions.HTTPError) and error.response is not None:
        status, reason = error.response.status_code, error.response.reason
        again = status >= 500 or status == TOO_MANY_REQUESTS
        return TransferError(f"the server answers {status} {reason}", again)
    if isinstance(error, exceptions.Timeout):
        return TransferError(
            "the server does not answer", isinstance(error, exceptions.ReadTimeout)
        )
    if isinstance(error, (exceptions.InvalidSchema, exceptions.InvalidURL)):
        return TransferError(f"neither http nor https: {error}")
    root: BaseException = error
    while (deeper := root.__cause__ or root.__context__) is not None:
        root = deeper
    final = (socket.gaierror, ConnectionRefusedError)
    kinds = (exceptions.ProxyError, exceptions.SSLError, exceptions.TooManyRedirects)
    words = getattr(root, "strerror", None) or str(root) or type(root).__name__
    prefix = "proxy: " if isinstance(error, exceptions.ProxyError) else ""
    return TransferError(
        prefix + words, not isinstance(root, final) and not isinstance(error, kinds)
    )
