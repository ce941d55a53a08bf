"""Pixels: bytes in, facts or bytes out.

No Django, no database, no network: everything here also runs in the small child processes that
decode foreign files. `probe` judges a header, `sanitise` makes foreign bytes storable, `render`
makes renditions of what is stored.
"""
