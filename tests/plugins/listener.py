"""Listens on the Unix socket `s` of the present folder and gives each connection to a program as its stdin and stdout, like inetd; it finds
the number of its connection in CONNECTION.

    listener.py N PROGRAM ARGUMENT...      after N connections (0: any number) it listens no more
"""
import os
import socket
import subprocess
import sys

with socket.socket(socket.AF_UNIX) as here:
    here.bind("s.new")
    here.listen()
    os.rename("s.new", "s")  # who sees it can connect
    left, n = int(sys.argv[1]) or -1, 0
    while left:
        connection, _ = here.accept()
        with connection:
            subprocess.Popen(sys.argv[2:], stdin=connection, stdout=connection, env={**os.environ, "CONNECTION": str(n)})
        left, n = left - 1, n + 1
os.unlink("s")
