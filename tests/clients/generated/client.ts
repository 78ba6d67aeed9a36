// Calls every operation with the types that openapi-typescript generates from the documents, and openapi-fetch.
//
// usage: client.js BASE_URL ROOT_TOKEN PROVIDER_URL DOCUMENTS_FOLDER PROVIDER_KEY MODEL
//
// Prints a line for each expectation, and fails at the first that is not met, or if an operation was not called.

import { readFileSync } from 'node:fs';
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths as FlashbackPaths } from './flashback.js';
import type { components, paths as GoodmemPaths } from './goodmem.js';
import type { paths as OwnPaths } from './llm-config.js';

const [base = '', token = '', provider = '', documents = '', KEY = '', MODEL = ''] = process.argv.slice(2);

const called: { method: string; path: string }[] = [];
const record: Middleware = {
  onResponse({ request, response }) {
    if (response.status < 400) called.push({ method: request.method, path: new URL(request.url).pathname });
  },
};
const headers = { authorization: `Bearer ${token}` };
const flashback = createClient<FlashbackPaths>({ baseUrl: base, headers });
const goodmem = createClient<GoodmemPaths>({ baseUrl: base, headers: { 'x-api-key': token } });
const own = createClient<OwnPaths>({ baseUrl: base, headers });
for (const client of [flashback, goodmem, own]) client.use(record);

function expect(what: string, holds: boolean): void {
  if (!holds) throw new Error(`failed: ${what}`);
  console.log(`ok: ${what}`);
}

// The parsed body of a success.
function parsed<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data === undefined) throw new Error(`failed: ${response.status} ${response.url}: ${JSON.stringify(error)}`);
  return data;
}

async function usersAndWorkspaces(): Promise<{ workspace: string; ada: string }> {
  const email = `${crypto.randomUUID()}@example.com`;
  const body = { email, firstName: 'Ada', lastName: 'Lovelace', orgRole: 0 as const };
  const ada = parsed(await flashback.POST('/organization/users', { body })).data;
  expect('a user is created', ada.name === 'Ada' && ada.deletedAt === null);
  const params = { path: { id: ada.id } };
  const changed = parsed(await flashback.PUT('/organization/users/{id}', { params, body: { lastName: 'King' } }));
  const read = parsed(await flashback.GET('/organization/users/{id}', { params }));
  expect('a user is changed and read', changed.data.lastName === 'King' && read.lastName === 'King');
  const users = parsed(await flashback.GET('/organization/users'));
  expect('users are listed', users.data.some(({ id }) => id === ada.id) && users.total === users.data.length);

  const { id } = parsed(await flashback.POST('/workspace', { body: { name: 'Research' } })).workspace;
  const path = { id };
  const renamed = parsed(await flashback.PUT('/workspace/{id}', { params: { path }, body: { name: 'Lab' } }));
  expect('a workspace is renamed', renamed.workspace.name === 'Lab');
  const member = { userId: ada.id, role: 'READ' as const };
  parsed(await flashback.POST('/workspace/{id}/users', { params: { path }, body: member }));
  const membership = { params: { path: { id, userId: ada.id } } };
  parsed(await flashback.PUT('/workspace/{id}/users/{userId}', { ...membership, body: { role: 'WRITE' } }));
  const [found] = parsed(await flashback.GET('/workspace/{id}', { params: { path } })).workspace.users ?? [];
  expect('a member has the new role', found?.userId === ada.id && found.role === 'WRITE');
  const listed = parsed(await flashback.GET('/workspace')).workspaces;
  expect('workspaces are listed', listed.some((workspace) => workspace.id === id));
  parsed(await flashback.DELETE('/workspace/{id}/users/{userId}', membership));
  return { workspace: id, ada: ada.id };
}

async function workspaceConfigurations(workspaceId: string): Promise<void> {
  const body = { name: 'Team GPT', aiType: 'OPENAI' as const, endpoint: provider, secret: KEY, workspaceId };
  const draft = parsed(await own.POST('/llm-config/v1/checks/flashback', { body }));
  expect('a draft is checked', draft.usable === 'yes');
  const id = parsed(await flashback.POST('/ai/llm', { body })).aiLlmId;
  const params = { path: { id } };
  parsed(await flashback.PUT('/ai/llm/{id}', { params, body: { name: 'GPT 2' } }));
  const validation = parsed(await flashback.POST('/ai/llm/{id}/validate', { params }));
  expect(`a configuration is validated: ${validation.message.slice(0, 60)}`, validation.success);
  const query = { workspaceId };
  const [listed] = parsed(await flashback.GET('/ai/llm', { params: { query } })).aiLlms;
  if (listed === undefined) throw new Error('failed: no configuration is listed');
  expect('a configuration is listed', listed.id === id && listed.name === 'GPT 2');
  const [available] = parsed(await flashback.GET('/ai/llm/available')).aiLlms;
  expect('a validated configuration is available', available?.id === id);
  const [stats] = parsed(await flashback.GET('/ai/llm/stats', { params: { query: { aiLlmId: id } } })).stats;
  expect('usage is returned', stats?.totalTokensIn === '0');
  const change = { secret: 'sk-another-0123456789', endpoint: provider };
  const planned = await own.POST('/llm-config/v1/configs/{id}/checks/planned', { params, body: change });
  const report = parsed(planned);
  expect('a planned change is checked', report.usable === 'no' && report.reason === 'bad_key');
  const stale = { path: { id }, header: { 'If-Match': '"1"' } };
  const refused = await flashback.PUT('/ai/llm/{id}', { params: stale, body: { name: 'x' } });
  expect('a stale change is refused', refused.response.status === 412 && refused.error?.success === false);
  const current = { path: { id }, header: { 'If-Match': `"${listed.revision}"` } };
  expect('a configuration is deleted', parsed(await flashback.DELETE('/ai/llm/{id}', { params: current })).success);
}

async function llms(): Promise<void> {
  const body: components['schemas']['LLMCreationRequest'] = {
    displayName: 'GPT', providerType: 'VLLM', endpointUrl: provider, modelIdentifier: MODEL,
    credentials: { kind: 'CREDENTIAL_KIND_API_KEY', apiKey: { inlineSecret: KEY } },
    labels: { team: 'search', 'a.b': 'c=d' }, defaultSamplingParams: { temperature: 0.5 },
  };
  const inference = { params: { query: { depth: 'inference' as const } }, body };
  const draft = parsed(await own.POST('/llm-config/v1/checks/goodmem', inference));
  expect('a draft is checked with a call of the model', draft.usable === 'yes' && draft.depth === 'inference');
  const created = parsed(await goodmem.POST('/v1/llms', { body })).llm;
  expect('an LLM is created', created.labels['team'] === 'search' && created.capabilities.supportsChat);
  const again = await goodmem.POST('/v1/llms', { body });
  expect('a duplicate is a 409', again.response.status === 409 && again.error?.code === 'ALREADY_EXISTS');
  for (const [label, count] of [[['team=search'], 1], [['team=search', 'a.b=c=d'], 1], [['team=x'], 0]] as const) {
    const found = parsed(await goodmem.GET('/v1/llms', { params: { query: { label: [...label] } } })).llms;
    expect(`${label} selects ${count}`, found.length === count);
  }
  const ollama = await goodmem.GET('/v1/llms', { params: { query: { providerType: 'OLLAMA' } } });
  expect('providers are filtered', parsed(ollama).llms.length === 0);
  const id = created.llmId;
  const params = { path: { id } };
  parsed(await goodmem.PUT('/v1/llms/{id}', { params, body: { displayName: 'GPT 2' } }));
  const read = parsed(await goodmem.GET('/v1/llms/{id}', { params }));
  expect('an LLM is changed', read.displayName === 'GPT 2' && read.ownerId === created.ownerId);

  const pinged = parsed(await goodmem.POST('/v1/ping:once', { body: { targetId: id } }));
  expect('an LLM is pinged', pinged.ok && pinged.httpStatus === 200);
  const series = { body: { targetId: id, count: 2, intervalMs: 1 }, parseAs: 'text' as const };
  const lines = parsed(await goodmem.POST('/v1/ping:stream', series)).trimEnd().split('\n');
  const last = JSON.parse(lines.at(-1) ?? '') as components['schemas']['PingEvent'];
  expect('a series of pings ends with a summary', lines.length === 3 && 'summary' in last && last.summary.ok === 2);

  const report = parsed(await own.POST('/llm-config/v1/configs/{id}/checks', { params }));
  const { checks } = parsed(await own.GET('/llm-config/v1/configs/{id}/checks', { params }));
  expect('a check is kept', report.usable === 'yes' && checks.length === 1 && checks[0]?.works === true);
  const config = parsed(await own.GET('/llm-config/v1/configs/{id}', { params }));
  expect('a configuration has the state of its last check', config.lastCheck?.usable === 'yes');
  const query = { label: ['team=search'], usable: 'yes' as const, text: 'gpt' };
  const { configs } = parsed(await own.GET('/llm-config/v1/configs', { params: { query } }));
  expect('configurations of both APIs are listed', configs.length === 1 && configs[0]?.id === id);
  const origin = parsed(await own.GET('/llm-config/v1/configs/{id}/origin', { params }));
  expect('the origin is returned', `${origin.origin}/v1` === provider && origin.setBy === read.ownerId);
  const attention = parsed(await own.GET('/llm-config/v1/attention', {}));
  expect('nothing needs attention', attention.rejected.first.length === 0 && !attention.rejected.hasMore);
  const usage = parsed(await own.GET('/llm-config/v1/usage', { params: { query: { groupBy: 'model' } } }));
  expect('usage is returned', typeof usage !== 'string' && usage.groupBy === 'model' && usage.rows.length === 0);
  const deleted = await goodmem.DELETE('/v1/llms/{id}', { params });
  const missing = await goodmem.GET('/v1/llms/{id}', { params });
  expect('an LLM is deleted', deleted.response.status === 204 && missing.error?.code === 'NOT_FOUND');
}

async function keysAndUsers(ada: string): Promise<void> {
  const body: components['schemas']['CreateApiKeyRequest'] = {
    subjectPrincipalId: ada, rights: ['READ_LLM_OWN'], labels: { purpose: 'ci' },
  };
  const issued = parsed(await goodmem.POST('/v1/apikeys', { body }));
  expect('a key is issued', issued.rawApiKey.startsWith('gm_'));
  const scoped: components['schemas']['CreateApiKeyRequest'] = {
    authorityMode: 'SCOPED', ceiling: [{ operation: 'LIST_LLM', selector: 'OWN' }],
  };
  const narrowed = parsed(await goodmem.POST('/v1/apikeys', { body: scoped })).apiKeyMetadata;
  expect('a key has a ceiling', narrowed.ceiling?.[0]?.operation === 'LIST_LLM');
  const params = { path: { id: issued.apiKeyMetadata.apiKeyId } };
  parsed(await goodmem.PUT('/v1/apikeys/{id}', { params, body: { status: 'INACTIVE' } }));
  const read = parsed(await goodmem.GET('/v1/apikeys/{id}', { params }));
  expect('a key is deactivated', read.status === 'INACTIVE' && read.lifecycleState === 'REVOKED');
  const { keys } = parsed(await goodmem.GET('/v1/apikeys', { params: { query: { subjectPrincipalId: ada } } }));
  let pages = 0;
  for (let next: string | null | undefined = undefined; pages === 0 || next; pages += 1) {
    const query: { maxResults: number; nextToken?: string } = { maxResults: 1, ...(next ? { nextToken: next } : {}) };
    next = parsed(await goodmem.GET('/v1/apikeys', { params: { query } })).nextToken;
  }
  const every = parsed(await goodmem.GET('/v1/apikeys')).keys;
  expect('pages of keys have all keys', pages === every.length);
  expect('keys of a user are listed', keys.length === 1 && keys[0]?.apiKeyId === read.apiKeyId);
  const deleted = await goodmem.DELETE('/v1/apikeys/{id}', { params });
  expect('a key is deleted', deleted.response.status === 204);
  const me = parsed(await goodmem.GET('/v1/users/me'));
  const byId = parsed(await goodmem.GET('/v1/users/{id}', { params: { path: { id: me.userId } } }));
  const byEmail = parsed(await goodmem.GET('/v1/users/email/{email}', { params: { path: { email: me.email } } }));
  expect('a user is found by id and by address', me.userId === byId.userId && me.userId === byEmail.userId);
}

async function system(): Promise<void> {
  const info = parsed(await goodmem.GET('/v1/system/info'));
  expect('the version is returned', info.version === `${info.major}.${info.minor}.${info.patch}`);
  const initialized = parsed(await goodmem.POST('/v1/system/init'));
  expect('the server is initialized', initialized.alreadyInitialized && initialized.rootApiKey === null);
  expect('the server is healthy', parsed(await own.GET('/health')).success);
  expect('the server is ready', parsed(await own.GET('/ready')).success);
  const metrics = parsed(await own.GET('/metrics', { parseAs: 'text' }));
  expect('metrics are returned', metrics.includes('llm_config_'));
  const read = [
    await own.GET('/openapi/flashback.json'),
    await own.GET('/openapi/goodmem.json'),
    await own.GET('/openapi/llm-config.json'),
  ];
  for (const document of read) expect('a document is returned', 'openapi' in parsed(document));
  expect('a page is returned', parsed(await own.GET('/docs', { parseAs: 'text' })).includes('swagger'));
  const file = { params: { path: { file: 'index.css' } }, parseAs: 'text' as const };
  expect('a file of the page is returned', parsed(await own.GET('/docs/{file}', file)).includes('{'));
  // fetch follows the redirect and gets the page.
  const root = await own.GET('/', { parseAs: 'text' });
  expect('the root redirects', root.response.redirected && root.response.url.endsWith('/docs'));
  const wrong = createClient<GoodmemPaths>({ baseUrl: base, headers: { 'x-api-key': 'gm_wrong' } });
  const refused = await wrong.GET('/v1/llms');
  expect('a wrong token is a 401', refused.error?.code === 'UNAUTHENTICATED');
}

function everyOperationWasCalled(): void {
  for (const document of ['flashback', 'goodmem', 'llm-config']) {
    const { paths } = JSON.parse(readFileSync(`${documents}/${document}.json`, 'utf8')) as {
      paths: Record<string, Record<string, unknown>>;
    };
    let count = 0;
    for (const [path, item] of Object.entries(paths)) {
      const pattern = new RegExp(`^${path.replaceAll(/\{.*?\}/g, '[^/]+')}$`);
      for (const method of Object.keys(item)) {
        count += 1;
        const found = called.some((call) => call.method === method.toUpperCase() && pattern.test(call.path));
        if (!found) throw new Error(`failed: ${method} ${path} was not called`);
      }
    }
    expect(`all ${count} operations of ${document} succeeded`, true);
  }
}

const { workspace, ada } = await usersAndWorkspaces();
await workspaceConfigurations(workspace);
await llms();
await keysAndUsers(ada);
const path = { id: workspace };
expect('a workspace is deleted', parsed(await flashback.DELETE('/workspace/{id}', { params: { path } })).success);
parsed(await flashback.DELETE('/organization/users/{id}', { params: { path: { id: ada } } }));
await system();
everyOperationWasCalled();
