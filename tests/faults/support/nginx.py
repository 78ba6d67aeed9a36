"""nginx as a proxy in front of a server."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .run import Failed, free_port, wait_until

PAGE = Path(__file__).parents[3] / "docs" / "calling-models.md"

CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        {location}
    }}
    server {{
        listen 127.0.0.1:{bare_port};
        location / {{ proxy_pass http://127.0.0.1:{server_port}; }}
    }}
}}
"""


class Nginx:
    """A process of nginx that forwards to a server: at one port as the page about model calls says, at the
    other with nothing but its defaults, which are HTTP/1.0 and buffering."""

    def __init__(self, run, server):
        # Debian installs it where the search path of most users does not lead.
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        if not program:
            raise Failed("nginx is missing")
        self.port, self.bare_port = free_port(), free_port()
        folder = run.folder / "nginx"
        folder.mkdir()
        file = folder / "nginx.conf"
        text = CONFIGURATION.format(
            folder=folder,
            port=self.port,
            location=documented_location(server.port),
            bare_port=self.bare_port,
            server_port=server.port,
        )
        file.write_text(text)
        command = [program, "-p", folder, "-e", "stderr", "-c", file]
        checked = subprocess.run([*map(str, command), "-t"], capture_output=True, text=True)
        if checked.returncode != 0:
            raise Failed(f"nginx refuses its configuration: {checked.stderr.strip()}")
        self.process = run.start("nginx", command)
        wait_until(lambda: self.is_ready(server), 20, "nginx is ready")

    def is_ready(self, server):
        if self.process.poll() is not None:
            raise Failed(f"nginx has ended with status {self.process.returncode}")
        try:
            return server.request("GET", "/ready", token=None, port=self.port).status == 200
        except OSError:
            return False


def documented_location(port):
    """The block of the page, for a server at a port."""
    [block] = re.findall(r"^```nginx\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    address = "http://127.0.0.1:8080;"
    if block.count(address) != 1:
        raise Failed(f"the block for nginx does not forward to {address}")
    return block.replace(address, f"http://127.0.0.1:{port};")
