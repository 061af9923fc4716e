"""Workbooks and archives, turned into plain text by a process that can do no harm.

`sandbox` is what the house calls; everything else here runs inside that process, with the standard library alone.
"""
