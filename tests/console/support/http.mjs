// Requests that no browser sends: with any header, and without following redirects.

import http from 'node:http';

/**
 * Sends a request and returns `{ status, headers, cookies, text, json }`. A `form` is sent as a browser sends
 * it, `json` as a client of an API does.
 */
export function send(url, { method = 'GET', headers = {}, form, json } = {}) {
  const body = form ? new URLSearchParams(form).toString() : json ? JSON.stringify(json) : undefined;
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
  const sent =
    body === undefined
      ? headers
      : { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers: sent, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = (response.headers['content-type'] ?? '').includes('json');
        resolve({
          status: response.statusCode,
          headers: response.headers,
          cookies: response.headers['set-cookie'] ?? [],
          text,
          json: isJson ? JSON.parse(text) : undefined,
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}
