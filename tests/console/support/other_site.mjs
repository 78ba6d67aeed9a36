// A web page of another origin, as an attacker has one.

import http from 'node:http';
import { once } from 'node:events';

/**
 * Serves pages at `http://127.0.0.1:PORT`, which is the same site as the console, because a site has no port,
 * and at `http://localhost:PORT`, which is another one. `pages` are HTML by path.
 */
export async function openOtherSite(pages) {
  const server = http.createServer((request, response) => {
    const html = pages[new URL(request.url, 'http://localhost').pathname];
    response.writeHead(html ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(html ? `<!doctype html><html lang="en"><title>Other</title>${html}</html>` : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return {
    sameSite: `http://127.0.0.1:${port}`,
    crossSite: `http://localhost:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
