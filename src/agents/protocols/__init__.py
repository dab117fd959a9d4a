"""How bytes look: the wire protocols as pure functions.

Nothing here opens a socket, reads a clock or knows an agent. Above stands :mod:`agents.models`, the only
package that imports this one; below is the vocabulary (items, usage, settings, exceptions).
"""
