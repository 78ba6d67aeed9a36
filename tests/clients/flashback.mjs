#!/usr/bin/env node
// Sends the requests of the official TypeScript client of /ai/llm with plain fetch, and parses the responses
// by the client's rules.
//
//     LLM_CONFIG_WAIT_FOR_INIT=true llm-config-server &      # a server that was never started before
//     node flashback.mjs http://127.0.0.1:8080
//
// Prints a line for each expectation, and fails at the first that is not met.

import http from 'node:http';

const base = process.argv[2] ?? 'http://127.0.0.1:8080';
let token = null;

class HttpError extends Error {
  constructor(status, statusText, data) {
    super(`HTTP Error ${status}: ${statusText}`);
    Object.assign(this, { status, statusText, data });
  }
}

// The client's request: no URL normalisation, Content-Type only with a body, and errors parsed as JSON only
// with that Content-Type.
async function request(method, path, body) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(`${base}/${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    redirect: 'manual',
  });
  const text = await response.text();
  if (!response.ok) {
    const isJson = (response.headers.get('content-type') ?? '').includes('application/json');
    throw new HttpError(response.status, response.statusText, isJson ? JSON.parse(text) : null);
  }
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('Invalid JSON response from server');
  }
}

const client = {
  createAiLlm: (data) => request('POST', 'ai/llm', data),
  getAiLlms: (id) => request('GET', id ? `ai/llm?${new URLSearchParams({ workspaceId: id })}` : 'ai/llm'),
  getAvailableAiLlms: () => request('GET', 'ai/llm/available'),
  getAiLlmStats: (id) => request('GET', id ? `ai/llm/stats?${new URLSearchParams({ aiLlmId: id })}` : 'ai/llm/stats'),
  updateAiLlm: (id, data) => request('PUT', `ai/llm/${id}`, data),
  deleteAiLlm: (id) => request('DELETE', `ai/llm/${id}`),
  validateAiLlm: (id) => request('POST', `ai/llm/${id}/validate`),
};

function expect(what, condition) {
  if (!condition) {
    console.error(`failed: ${what}`);
    process.exit(1);
  }
  console.log(`ok: ${what}`);
}

async function expectError(what, status, call) {
  try {
    await call();
  } catch (error) {
    const message = error.data?.message;
    expect(`${what}: ${status}`, error.status === status && error.data.success === false && typeof message === 'string');
    expect('  and no secret in it', !message.includes('sk-'));
    return message;
  }
  expect(what, false);
}

const equal = (left, right) => JSON.stringify(left) === JSON.stringify(right);

// Initialises the server with the other API, and creates a workspace.
const init = await (await fetch(`${base}/v1/system/init`, { method: 'POST' })).json();
await expectError('without a token', 401, () => client.getAiLlms());
token = init.rootApiKey;
const { workspace } = await request('POST', 'workspace', { name: 'Research' });
const workspaceId = workspace.id;
expect('a workspace is made', equal(Object.keys(workspace), ['id', 'name', 'orgId']));

const SECRET = 'sk-flashback-0123456789';
const KEY = 'key-flashback-abcd';
const wanted = { name: 'OpenAI', aiType: 'OPENAI', endpoint: 'https://api.openai.com/v1', key: KEY, secret: SECRET, workspaceId };

// Create.
const made = await client.createAiLlm(wanted);
expect('created', made.success === true && made.message === 'AI LLM configuration created successfully');
expect('its id is called aiLlmId', typeof made.aiLlmId === 'string' && made.id === undefined);
await expectError('the same name again', 400, () => client.createAiLlm(wanted));
await expectError('no endpoint', 400, () => client.createAiLlm({ ...wanted, name: 'x', endpoint: null }));
await expectError('no secret', 400, () => client.createAiLlm({ ...wanted, name: 'x', secret: '' }));
await expectError('an unknown type', 400, () => client.createAiLlm({ ...wanted, name: 'x', aiType: 'openai' }));
await expectError('a stored key', 400, () => client.createAiLlm({ ...wanted, name: 'x', apiKeyUuid: 'u' }));
await expectError('an unknown workspace', 403, () => client.createAiLlm({ ...wanted, name: 'x', workspaceId: 'a b&c/é' }));

// List.
const { aiLlms } = await client.getAiLlms();
const dto = aiLlms[0];
const members = [
    'id', 'orgId', 'workspaceId', 'userId', 'name', 'aiType', 'endpoint', 'key', 'createdAt', 'revision', 'repos',
];
expect('one is listed, with these members', aiLlms.length === 1 && equal(Object.keys(dto), members));
expect('the key is masked', dto.key === '****abcd' && equal(dto.repos, []));
expect('the time is RFC 3339 with milliseconds', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(dto.createdAt));
expect('by workspace', (await client.getAiLlms(workspaceId)).aiLlms.length === 1);
expect('by an unknown workspace with spaces and é', equal((await client.getAiLlms('a b&c/é')).aiLlms, []));
expect('available are none before a validation', equal(await client.getAvailableAiLlms(), { success: true, aiLlms: [] }));
const { stats } = await client.getAiLlmStats();
expect('counters are strings', stats.length === 1 && stats[0].aiLlmId === made.aiLlmId && stats[0].totalApiCalls === '0');
expect('nine members each', Object.keys(stats[0]).length === 9);
expect('of one', (await client.getAiLlmStats(made.aiLlmId)).stats.length === 1);
expect('of an unknown one', equal((await client.getAiLlmStats('nope')).stats, []));

// Update.
const seen = async () => (await client.getAiLlms()).aiLlms.find((config) => config.id === made.aiLlmId);
const updated = await client.updateAiLlm(made.aiLlmId, { name: 'OpenAI 2' });
expect('updated', updated.success && updated.aiLlmId === made.aiLlmId && updated.message === 'AI LLM configuration updated successfully');
const after = await seen();
expect('only the name', equal(after, { ...dto, name: 'OpenAI 2', revision: after.revision }));
expect('the revision is another one', after.revision !== dto.revision);
await client.updateAiLlm(made.aiLlmId, {});
await client.updateAiLlm(made.aiLlmId, { name: null, secret: null, endpoint: null, aiType: null, workspaceId: 'x', id: 'y' });
expect('nulls and fixed members change nothing', equal({ ...await seen(), revision: after.revision }, after));
await client.updateAiLlm(made.aiLlmId, { key: '****abcd' });
expect('the mask sent back changes nothing', (await seen()).key === '****abcd');
await expectError('another mask', 400, () => client.updateAiLlm(made.aiLlmId, { key: '****zzzz' }));
await expectError('a mask as a secret', 400, () => client.updateAiLlm(made.aiLlmId, { secret: '****6789' }));
await expectError('an empty name', 400, () => client.updateAiLlm(made.aiLlmId, { name: '' }));
await client.updateAiLlm(made.aiLlmId, { endpoint: 'https://api.openai.com/v2/' });
expect('another path of the same origin', (await seen()).endpoint === 'https://api.openai.com/v2/');
const elsewhere = { endpoint: 'https://elsewhere.example/v1' };
await expectError('another origin without the secret', 400, () => client.updateAiLlm(made.aiLlmId, elsewhere));
await expectError('another origin without the key', 400, () => client.updateAiLlm(made.aiLlmId, { ...elsewhere, secret: SECRET }));
expect('changed nothing', (await seen()).endpoint === 'https://api.openai.com/v2/');
await client.updateAiLlm(made.aiLlmId, { ...elsewhere, secret: SECRET, key: null });
expect('with the secret, and the key dropped', (await seen()).endpoint === elsewhere.endpoint && (await seen()).key === null);
await expectError('an unknown id', 404, () => client.updateAiLlm('nope', { name: 'x' }));
await expectError('a word for an id', 404, () => client.updateAiLlm('stats', { name: 'x' }));

// Eight at once: one wins.
const race = await Promise.allSettled(Array.from({ length: 8 }, () => client.createAiLlm({ ...wanted, name: 'race' })));
expect('eight racing creations have one winner', race.filter((result) => result.status === 'fulfilled').length === 1);
expect('and seven 400', race.filter((result) => result.reason?.status === 400).length === 7);
const other = await client.createAiLlm({ ...wanted, name: 'other' });
await expectError('a name that another one has', 400, () => client.updateAiLlm(other.aiLlmId, { name: 'race' }));
await client.updateAiLlm(other.aiLlmId, { name: 'other' });
console.log('ok: its own name is no duplicate');

// The client's bare requests, header for header: undici adds headers of its own, so by hand.
function bare(method, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(`${base}${path}`, { method, headers: { Authorization: `Bearer ${token}`, ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, type: answer.headers['content-type'], text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

// Validation, with a fake provider on this machine.
const provider = http.createServer((incoming, response) => {
  const genuine = incoming.headers.authorization === 'Bearer sk-genuine-0123456789';
  response.writeHead(genuine ? 200 : 401, { 'content-type': 'application/json' });
  const wrong = { error: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' } };
  response.end(JSON.stringify(genuine ? { object: 'list', data: [{ id: 'tiny', object: 'model' }] } : wrong));
});
await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve));
const endpoint = `http://127.0.0.1:${provider.address().port}/v1`;
const checked = await client.createAiLlm({ ...wanted, name: 'checked', aiType: 'OTHER', endpoint, secret: 'sk-genuine-0123456789' });
const isAvailable = async () => (await client.getAvailableAiLlms()).aiLlms.some((config) => config.id === checked.aiLlmId);
expect('it is not available before validation', !(await isAvailable()));
const valid = await client.validateAiLlm(checked.aiLlmId);
expect(
  'a genuine key is valid',
  valid.success === true && valid.message.startsWith('AI LLM configuration validated successfully.') && Object.keys(valid).length === 2,
);
expect('and available', await isAvailable());
await client.updateAiLlm(checked.aiLlmId, { secret: 'sk-wrong-0123456789' });
expect('a new secret is not available before it is validated', !(await isAvailable()));
const invalid = await client.validateAiLlm(checked.aiLlmId);
expect('a wrong key is not valid', invalid.success === false && invalid.message.startsWith('Validation failed: '));
expect('its message has the status and no secret', invalid.message.includes('401 Unauthorized') && !invalid.message.includes('sk-'));
expect('nor available', !(await isAvailable()));
await expectError('validation of an unknown id', 404, () => client.validateAiLlm('550e8400-e29b-41d4-a716-446655440000'));
const validated = await bare('POST', `/ai/llm/${checked.aiLlmId}/validate`, { 'content-length': '0' });
expect('validated without a body and its type', validated.status === 200 && validated.type.startsWith('application/json'));
await client.deleteAiLlm(checked.aiLlmId);
provider.close();

const gone = await bare('DELETE', `/ai/llm/${other.aiLlmId}`);
expect('deleted without a body', gone.status === 200 && JSON.parse(gone.text).message === 'AI LLM configuration deleted successfully');
const again = await bare('DELETE', `/ai/llm/${other.aiLlmId}`, { 'content-length': '0' });
expect('and gone', again.status === 404 && again.type.startsWith('application/json'));
const doubled = await bare('GET', '//ai/llm');
expect('a base URL with a trailing slash works', doubled.status === 200 && JSON.parse(doubled.text).success === true);
const unknown = await bare('GET', '/ai/models');
expect('unknown paths are JSON', unknown.status === 404 && JSON.parse(unknown.text).success === false);
const wrong = await bare('PATCH', '/ai/llm');
expect('wrong methods are JSON', wrong.status === 405 && JSON.parse(wrong.text).success === false);

// People.
const user = (await request('POST', 'organization/users', { email: 'ada@example.com', firstName: 'Ada', lastName: 'L', password: '' })).data;
expect('a user is made', user.orgRole === 0 && user.validated === true && user.deletedAt === null);
await expectError('a password', 400, () => request('POST', 'organization/users', { email: 'b@example.com', firstName: 'B', lastName: 'B', password: 'x' }));
await request('POST', `workspace/${workspaceId}/users`, { userId: user.id, role: 'READ' });
const ada = await (await fetch(`${base}/v1/apikeys`, {
  method: 'POST',
  headers: { 'x-api-key': token, 'content-type': 'application/json' },
  body: JSON.stringify({ subjectPrincipalId: user.id }),
})).json();
const root = token;
token = ada.rawApiKey;
expect('a reader sees the workspace', (await client.getAiLlms()).aiLlms.length === 2);
await expectError('a reader cannot update', 403, () => client.updateAiLlm(made.aiLlmId, { name: 'x' }));
await expectError('a reader cannot create', 403, () => client.createAiLlm({ ...wanted, name: 'x' }));
await expectError('a reader does not raise their own role', 403, () => request('PUT', `workspace/${workspaceId}/users/${user.id}`, { role: 'ADMIN' }));
token = root;
await request('PUT', `workspace/${workspaceId}/users/${user.id}`, { role: 'WRITE' });
token = ada.rawApiKey;
await client.updateAiLlm(made.aiLlmId, { name: 'by Ada' });
token = root;
await expectError('a workspace in use is not deleted', 400, () => request('DELETE', `workspace/${workspaceId}`));
for (const { id } of (await client.getAiLlms()).aiLlms) await client.deleteAiLlm(id);
expect('an empty one is', (await request('DELETE', `workspace/${workspaceId}`)).success === true);
expect('a user is deleted', (await request('DELETE', `organization/users/${user.id}`)).success === true);
