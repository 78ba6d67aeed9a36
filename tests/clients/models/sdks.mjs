#!/usr/bin/env node
// Calls models through the server with the official Node clients of OpenAI, Anthropic and Gemini.
//
//     npm install --prefix clients openai@6.49.0 @anthropic-ai/sdk@1.14.0 @google/genai@2.32.0
//     LLM_CONFIG_WAIT_FOR_INIT=true llm-config-server &      # a server that was never started before
//     node sdks.mjs clients http://127.0.0.1:8080
//
// The provider is a scripted one on this machine (provider.py, which needs python3). Prints a line for each
// expectation, and fails at the first that is not met. The numbers are those of the acceptance cases of the
// gateway.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual as equal } from 'node:util';

const [folder, url] = process.argv.slice(2);
const load = createRequire(`${resolve(folder)}/`);
const OpenAI = load('openai').default;
const Anthropic = load('@anthropic-ai/sdk').default;
const { GoogleGenAI } = load('@google/genai');

const KEY = 'sk-scripted-0123456789abcdef';
const TEXT = 'Grüße "日本" \\ 🦀';
const HELLO = [{ role: 'user', content: 'Hello' }];
// Older clients of Anthropic add this query.
const OLD = { query: { beta: 'true' } };
const LOST = 'broke off before its end';
const FAULTS = [
  [37, 'cut', 'the connection is cut', LOST],
  [38, 'eof', 'the stream ends cleanly before its end', LOST],
  [36, 'error-frame', 'an error in the stream', 'overloaded'],
];

function expect(what, condition) {
  if (!condition) {
    console.error(`failed: ${what}`);
    process.exit(1);
  }
  console.log(`ok: ${what}`);
}

// Expects an exception for which `isRight` holds.
async function expectError(what, call, isRight = () => true) {
  try {
    await call();
  } catch (error) {
    expect(
      `${what}: ${error.constructor.name}${isRight(error) ? '' : `: ${error.status} ${error.message}`}`,
      isRight(error),
    );
    return error;
  }
  expect(`${what}: no exception`, false);
}

const provider = spawn('python3', [fileURLToPath(new URL('provider.py', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
process.on('exit', () => provider.kill());
const providerUrl = (await new Promise((done) => provider.stdout.once('data', done))).toString().trim();
let seen = 0;

// The requests that the provider has received since the last call.
async function taken() {
  const all = await (await fetch(`${providerUrl}/recorded`)).json();
  const fresh = all.slice(seen);
  seen = all.length;
  return fresh.map((call) => ({ ...call, answer: Buffer.from(call.answer, 'base64') }));
}

const release = (gate) => fetch(`${providerUrl}/release/${gate}`, { method: 'POST' });

let token = null;

async function request(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  if (token) headers['x-api-key'] = token;
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

token = (await request('POST', '/v1/system/init')).rootApiKey;
const workspaceId = (await request('POST', '/workspace', { name: 'Research' })).workspace.id;
const ids = {};
for (const [name, aiType, path] of [
  ['pool', 'OPENAI', 'openai/v1'],
  ['claude', 'ANTHROPIC', 'anthropic'],
  ['gemini', 'GOOGLE', 'gemini'],
]) {
  const config = { name, aiType, endpoint: `${providerUrl}/${path}`, secret: KEY, workspaceId };
  ids[name] = (await request('POST', '/ai/llm', config)).aiLlmId;
}

// Both base URLs of an API: the label of checks, the URL, and what precedes the model in requests.
const bases = (api, name) => [
  [(number) => `case ${number} by name`, `${url}/${api}`, `${name}/`],
  [(number) => `case ${number} and 10, by URL`, `${url}/llm-config/v1/configs/${ids[name]}/${api}`, ''],
];

async function collect(stream, textOf) {
  const texts = [];
  for await (const part of await stream) texts.push(textOf(part) ?? '');
  return texts.join('');
}

// The bytes of a streamed response, of which the first frame must arrive before the provider sends the rest.
async function gatedBytes(response, gate) {
  const reader = response.body.getReader();
  const chunks = [(await reader.read()).value];
  await release(gate);
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  return Buffer.concat(chunks);
}

async function checkOpenAi(label, base, prefix, gate) {
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: token, maxRetries: 0 });
  const chat = (model, more = {}) =>
    client.chat.completions.create({ model: prefix + model, messages: HELLO, ...more });
  const textOf = (chunk) => chunk.choices[0]?.delta.content;
  await taken();
  expect(`${label(1)}: a chat completion`, (await chat('gpt')).choices[0].message.content === TEXT);
  const [call] = await taken();
  expect(`${label(1)}: the provider's own key`, call.headers.authorization === `Bearer ${KEY}`);
  const raw = await chat(`gated-${gate}`, {
    stream: true,
    stream_options: { include_usage: true },
  }).asResponse();
  const bytes = await gatedBytes(raw, gate);
  const [{ answer }] = await taken();
  expect(
    `${label(3)}: the bytes of a stream, as they come`,
    bytes.equals(answer) && bytes.toString().endsWith('data: [DONE]\n\n'),
  );
  expect(`${label(3)}: a stream`, (await collect(chat('gpt', { stream: true }), textOf)) === TEXT);
  const response = await client.responses.create({ model: `${prefix}gpt`, input: 'Hello' });
  expect(`${label(4)}: a response`, response.output_text === TEXT);
  const events = client.responses.create({ model: `${prefix}gpt`, input: 'Hello', stream: true });
  expect(
    `${label(4)}: a stream of a response`,
    (await collect(events, (event) => (event.type.endsWith('text.delta') && event.delta) || '')) === TEXT,
  );
  const vectors = await client.embeddings.create({ model: `${prefix}embed`, input: ['a', 'b'] });
  expect(
    `${label(5)}: embeddings`,
    equal(
      vectors.data.map((item) => [...item.embedding]),
      [
        [0.25, -1.5, 3],
        [0.25, -1.5, 3],
      ],
    ),
  );
  const tools = (await chat('tools')).choices[0].message.tool_calls[0].function.arguments;
  const deltas = await collect(
    chat('tools', { stream: true }),
    (chunk) => chunk.choices[0].delta.tool_calls?.[0].function.arguments,
  );
  expect(
    `${label(68)}: arguments of a tool, in a stream too`,
    JSON.parse(tools).finish_reason === 'stop' && deltas === tools,
  );
  expect(
    `${label(39)}: a missing [DONE] is added`,
    (await (await chat('undone', { stream: true }).asResponse()).text()).endsWith('data: [DONE]\n\n'),
  );
  for (const [number, fault, text, says] of FAULTS) {
    await expectError(
      `${label(number)}: ${text} of a chat`,
      () => collect(chat(fault, { stream: true }), textOf),
      (error) => error.message.includes(says),
    );
    const make = () => client.responses.create({ model: prefix + fault, input: 'Hello', stream: true });
    await expectError(
      `${label(number)}: ${text} of a response`,
      () => collect(make(), () => ''),
      (error) => error.message.includes(says),
    );
  }
  for (const status of [400, 404, 422, 429, 500, 529]) {
    const retryAfter = status === 429 ? '1' : null;
    await expectError(
      `${label(29)}: ${status} of the provider`,
      () => chat(`status-${status}`),
      (error) =>
        error.status === status &&
        error.error.message === 'scripted' &&
        error.headers.get('retry-after') === retryAfter,
    );
  }
  await expectError(
    `${label(30)}: a key that the provider refuses`,
    () => chat('bad-key'),
    (error) => error.status === 502 && error.code === 'credential_refused',
  );
  const two = new OpenAI({
    baseURL: `${base}/v1`,
    apiKey: token,
    defaultHeaders: { 'x-api-key': 'gm_other' },
  });
  await expectError(
    `${label(13)}: two tokens in two headers`,
    () => two.models.list(),
    (error) => error.status === 401,
  );
}

async function checkAnthropic(label, base, prefix, gate) {
  const client = new Anthropic({ baseURL: base, apiKey: token, authToken: null, maxRetries: 0 });
  const create = (model, more = {}, from = client) =>
    from.messages.create({ model: prefix + model, max_tokens: 64, messages: HELLO, ...more });
  await taken();
  const bearer = new Anthropic({ baseURL: base, apiKey: null, authToken: token, maxRetries: 0 });
  for (const from of [client, bearer])
    expect(`${label(6)}: a message`, (await create('opus', {}, from)).content[0].text === TEXT);
  const calls = await taken();
  expect(
    `${label(6)}: the provider's own key`,
    calls.every(({ headers }) => headers['x-api-key'] === KEY && !headers.authorization),
  );
  const bytes = await gatedBytes(await create(`gated-${gate}`, { stream: true }).asResponse(), gate);
  const [{ answer }] = await taken();
  expect(`${label(7)}: the bytes of a stream, as they come`, bytes.equals(answer) && bytes.includes('ping'));
  const stream = (model) =>
    client.messages.stream({ model: prefix + model, max_tokens: 64, messages: HELLO }).finalMessage();
  expect(`${label(7)}: a stream`, (await stream('opus')).content[0].text === TEXT);
  expect(
    `${label(8)}: tokens are counted`,
    (await client.messages.countTokens({ model: `${prefix}opus`, messages: HELLO })).input_tokens === 2095,
  );
  await taken();
  await client.beta.messages.create(
    { model: `${prefix}opus`, max_tokens: 64, messages: HELLO, betas: ['one-2026-01-01'] },
    OLD,
  );
  const [beta] = await taken();
  expect(
    `${label(8)}: ?beta=true and its header`,
    beta.path.endsWith('?beta=true') && beta.headers['anthropic-beta'] === 'one-2026-01-01',
  );
  const [whole, streamed] = [await create('tools'), await stream('tools')].map(
    (message) => message.content[0].input,
  );
  expect(
    `${label(68)}: the input of a tool, in a stream too`,
    whole.finish_reason === 'stop' && equal(whole, streamed),
  );
  for (const [number, fault, text, says] of FAULTS)
    await expectError(
      `${label(number)}: ${text}`,
      () => stream(fault),
      (error) => error.message.includes(says),
    );
  for (const status of [400, 404, 422, 429, 500, 529]) {
    await expectError(
      `${label(29)}: ${status} of the provider`,
      () => create(`status-${status}`),
      (error) =>
        error.status === status && error.error.error.message === 'scripted' && error.requestID === 'up-1',
    );
  }
  await expectError(
    `${label(30)}: a key that the provider refuses`,
    () => create('bad-key'),
    (error) => error.status === 502,
  );
}

async function checkGoogle(label, base, prefix) {
  const { models } = new GoogleGenAI({ apiKey: token, httpOptions: { baseUrl: base } });
  await taken();
  const ask = (model) => ({ model: prefix + model, contents: 'Hello' });
  expect(`${label(9)}: content`, (await models.generateContent(ask('flash'))).text === TEXT);
  const [call] = await taken();
  expect(
    `${label(9)}: v1beta and the provider's own key`,
    call.path === '/gemini/v1beta/models/flash:generateContent' && call.headers['x-goog-api-key'] === KEY,
  );
  expect(
    `${label(9)}: a stream`,
    (await collect(models.generateContentStream(ask('flash')), (chunk) => chunk.text)) === TEXT,
  );
  expect(`${label(9)}: tokens are counted`, (await models.countTokens(ask('flash'))).totalTokens === 31);
  const vectors = await models.embedContent({ model: `${prefix}embed`, contents: ['a', 'b'] });
  expect(
    `${label(9)}: embeddings`,
    equal(
      vectors.embeddings.map((item) => item.values),
      [
        [0.25, -1.5, 3],
        [0.25, -1.5, 3],
      ],
    ),
  );
  const input = (await models.generateContent(ask('tools'))).functionCalls[0].args;
  expect(
    `${label(68)}: the input of a tool`,
    input.finishReason === 'STOP' && input.usageMetadata.promptTokenCount === 999,
  );
  for (const [number, fault, text, says] of FAULTS) {
    await expectError(
      `${label(number)}: ${text}`,
      () => collect(models.generateContentStream(ask(fault)), () => ''),
      (error) => error.message.includes(says),
    );
  }
  for (const status of [400, 404, 422, 429, 500, 529]) {
    await expectError(
      `${label(29)}: ${status} of the provider`,
      () => models.generateContent(ask(`status-${status}`)),
      (error) => error.status === status && error.message.includes('scripted'),
    );
  }
  await expectError(
    `${label(30)}: a key that the provider refuses`,
    () => models.generateContent(ask('bad-key')),
    (error) => error.status === 502,
  );
}

async function checkLists() {
  await taken();
  const ids = async (list, idOf) => {
    const found = [];
    for await (const model of await list) found.push(idOf(model));
    return found.sort();
  };
  const expected = ['claude', 'gemini', 'pool'];
  const openai = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: token });
  const anthropic = new Anthropic({ baseURL: `${url}/anthropic`, apiKey: token, authToken: null });
  const google = new GoogleGenAI({ apiKey: token, httpOptions: { baseUrl: `${url}/gemini` } });
  expect(
    'case 11: the list of OpenAI',
    equal(await ids(openai.models.list(), (model) => model.id), expected),
  );
  expect(
    'case 11: the list of Anthropic',
    equal(await ids(anthropic.models.list({ limit: 2 }), (model) => model.id), expected),
  );
  const list = google.models.list({ config: { pageSize: 2 } });
  expect('case 11: the list of Gemini', equal(await ids(list, (model) => model.name.slice(7)), expected));
  expect('case 11: no provider is called', (await taken()).length === 0);
}

// Streams whose provider is silent until comments were sent. They run beside the other checks.
function silentStreams() {
  const openai = new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: token });
  const anthropic = new Anthropic({ baseURL: `${url}/anthropic`, apiKey: token, authToken: null });
  const google = new GoogleGenAI({ apiKey: token, httpOptions: { baseUrl: `${url}/gemini` } });
  const [model, contents] = ['gated-comments', 'Hello'];
  const message = { model: `claude/${model}`, max_tokens: 64, messages: HELLO, stream: true };
  return [
    [
      'of OpenAI',
      collect(
        openai.chat.completions.create({ model: `pool/${model}`, messages: HELLO, stream: true }),
        (chunk) => chunk.choices[0].delta.content,
      ),
    ],
    ['of Anthropic', collect(anthropic.messages.create(message), (event) => event.delta?.text)],
    [
      'of Gemini, without comments',
      collect(
        google.models.generateContentStream({ model: `gemini/${model}`, contents }),
        (chunk) => chunk.text,
      ),
    ],
  ];
}

const silent = silentStreams();
do await taken();
while (seen < silent.length);
const headers = { 'content-type': 'application/json', 'x-api-key': token };
const body = JSON.stringify({ model: 'pool/gated-comments', stream: true, messages: HELLO });
// Began last, so the others have had a comment when this one gets one.
const plain = (
  await fetch(`${url}/openai/v1/chat/completions`, { method: 'POST', headers, body })
).body.getReader();
for (const [index, base] of bases('openai', 'pool').entries()) await checkOpenAi(...base, `openai-${index}`);
for (const [index, base] of bases('anthropic', 'claude').entries())
  await checkAnthropic(...base, `anthropic-${index}`);
for (const base of bases('gemini', 'gemini')) await checkGoogle(...base);
await checkLists();
let text = '';
while (!text.includes(': keep-alive')) text += Buffer.from((await plain.read()).value).toString();
await release('comments');
for (const [whose, stream] of silent) expect(`case 44: a silent stream ${whose}`, (await stream) === TEXT);
process.exit(0);
