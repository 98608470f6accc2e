"""Listens on the Unix socket `s` of the present folder and gives each connection to a program as its stdin and stdout, like inetd.

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
    left = int(sys.argv[1]) or -1
    while left:
        connection, _ = here.accept()
        with connection:
            subprocess.Popen(sys.argv[2:], stdin=connection, stdout=connection, close_fds=True)
        left -= 1
os.unlink("s")
