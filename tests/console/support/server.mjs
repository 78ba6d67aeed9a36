// A server with an empty SQLite database, in a temporary folder and on a free port of 127.0.0.1.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { send } from './http.mjs';

export const COOKIE = '__Host-llm-config';

const BINARY = process.env.CONSOLE_SERVER;

/** Starts a server with these settings, given by the names of their environment variables. */
export async function startServer(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'llm-config-console.'));
  const rootToken = `gm_${randomBytes(24).toString('hex')}`;
  await writeFile(join(folder, 'token'), rootToken, { mode: 0o600 });
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('LLM_CONFIG_'));
  const env = {
    ...Object.fromEntries(inherited),
    LLM_CONFIG_DATA_DIR: join(folder, 'data'),
    LLM_CONFIG_LISTEN: '127.0.0.1:0',
    LLM_CONFIG_BOOTSTRAP_TOKEN_FILE: join(folder, 'token'),
    ...settings,
  };
  const child = spawn(BINARY, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const log = [];
  const lines = createInterface({ input: child.stderr });
  lines.on('line', (line) => log.push(line));
  const exited = once(child, 'exit');
  const address = await new Promise((resolve, reject) => {
    const look = (line) => {
      const found = /listening.*?(127\.0\.0\.1:\d+)/.exec(line);
      if (found) resolve(found[1]);
    };
    lines.on('line', look);
    exited.then(() => reject(new Error(`the server has ended:\n${log.join('\n')}`)));
  });
  return {
    url: `http://${address}`,
    rootToken,
    /** Sends a request of an API with the root token, or another, and returns the parsed answer. */
    async api(method, path, json, token = rootToken) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await send(`http://${address}${path}`, { method, headers, json });
      assert.ok(response.status < 300, `${method} ${path}: ${response.status} ${response.text}`);
      return response.json;
    },
    /** Signs in with an access token, as the form does, and returns the value of the session cookie. */
    async signIn(token = rootToken) {
      const headers = { 'sec-fetch-site': 'same-origin' };
      const response = await send(`http://${address}/console/login`, {
        method: 'POST',
        headers,
        form: { token },
      });
      assert.equal(response.status, 303, response.text);
      return sessionOf(response);
    },
    /** Runs a command of the operator on the server's data, and returns the JSON that it prints. */
    async command(...words) {
      const options = { env: { ...env, LLM_CONFIG_LISTEN: address } };
      return JSON.parse((await promisify(execFile)(BINARY, [...words, '--json'], options)).stdout);
    },
    /** Ends the server, and checks that its log has no error and none of these secrets. */
    async stop(secrets = []) {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true });
      const text = log.join('\n');
      for (const secret of [rootToken, ...secrets]) assert.ok(!text.includes(secret), 'the log has a secret');
      assert.doesNotMatch(text, /ERROR|panicked/);
    },
  };
}

/** The value of the session cookie that a response sets. */
export function sessionOf(response) {
  const found = response.cookies.map((cookie) => new RegExp(`^${COOKIE}=([^;]+)`).exec(cookie)).find(Boolean);
  assert.ok(found, `no session in ${response.cookies}`);
  return found[1];
}
