// What the tests find in a server: people, workspaces, configurations of both scopes, tokens, checks and
// usage.

import { MODEL, MODELS } from './provider.mjs';

/** The credential that the provider accepts. No page may contain it. */
export const PROVIDER_KEY = 'sk-canary-3f9b7c1e5d8a4f20b6e1';

/** A credential that the provider refuses. No page may contain it either. */
export const WRONG_KEY = 'sk-canary-0c4d2a9e7b5f1836d0a7';

const DAY = 24 * 60 * 60 * 1000;

async function person(server, email, firstName, lastName, orgRole) {
  const body = { email, firstName, lastName, orgRole };
  const { id } = (await server.api('POST', '/organization/users', body)).data;
  const issued = await server.api('POST', '/v1/apikeys', {
    subjectPrincipalId: id,
    labels: { purpose: `laptop of ${firstName}` },
  });
  return { id, email, token: issued.rawApiKey, tokenId: issued.apiKeyMetadata.apiKeyId };
}

async function workspace(server, name, members) {
  const { id } = (await server.api('POST', '/workspace', { name })).workspace;
  for (const [{ id: userId }, role] of members) {
    await server.api('POST', `/workspace/${id}/users`, { userId, role });
  }
  return id;
}

async function workspaceConfig(server, workspaceId, name, endpoint, secret) {
  const body = { name, aiType: 'OPENAI', endpoint, secret, workspaceId };
  return (await server.api('POST', '/ai/llm', body)).aiLlmId;
}

async function ownConfig(server, displayName, endpointUrl, more) {
  const body = { displayName, providerType: 'VLLM', endpointUrl, modelIdentifier: MODEL, ...more };
  return (await server.api('POST', '/v1/llms', body)).llm.llmId;
}

const inline = (inlineSecret) => ({ kind: 'CREDENTIAL_KIND_API_KEY', apiKey: { inlineSecret } });

/** Calls the model of a configuration as an application does. */
async function callModel(server, config, model, count, token) {
  const body = { model, messages: [{ role: 'user', content: 'Hello' }] };
  const path = `/llm-config/v1/configs/${config}/openai/v1/chat/completions`;
  for (let call = 0; call < count; call += 1) await server.api('POST', path, body, token);
}

/** Waits until the server has written the usage of this many calls. It writes every second. */
async function waitForUsage(server, calls) {
  const sum = async () => {
    const { rows } = await server.api('GET', '/llm-config/v1/usage');
    return rows.reduce((total, row) => total + Number(row.calls), 0);
  };
  while ((await sum()) < calls) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Creates the data with the server's APIs, and returns its ids and tokens. */
export async function createData(server, provider) {
  const people = {
    bob: await person(server, 'bob@example.com', 'Bob', 'Berg', 0),
    cy: await person(server, 'cy@example.com', 'Cy', 'Chen', 0),
    dee: await person(server, 'dee@example.com', 'Dee', 'Diaz', 254),
  };
  const { bob, cy, dee } = people;
  const workspaces = {
    research: await workspace(server, 'Research', [
      [bob, 'ADMIN'],
      [cy, 'READ'],
    ]),
    support: await workspace(server, 'Support', [
      [dee, 'ADMIN'],
      [bob, 'WRITE'],
    ]),
    empty: await workspace(server, 'Evaluation', []),
  };
  const configs = {
    verified: await workspaceConfig(server, workspaces.research, 'Team GPT', provider.url, PROVIDER_KEY),
    rejected: await workspaceConfig(server, workspaces.support, 'Support bot', provider.url, WRONG_KEY),
    own: await ownConfig(server, 'Local Qwen', provider.url, {
      credentials: inline(PROVIDER_KEY),
      modelIdentifier: MODELS[1],
      labels: { team: 'search' },
      description: 'Answers questions about the handbook.',
    }),
    // Nothing listens there, so a check cannot decide.
    undetermined: await ownConfig(server, 'Lab GPU', 'http://127.0.0.1:9/v1'),
    unchecked: await ownConfig(server, 'Old laptop', 'https://laptop.example/v1'),
  };
  for (const config of [configs.verified, configs.rejected, configs.own, configs.undetermined]) {
    await server.api('POST', `/llm-config/v1/configs/${config}/checks`);
  }
  const app = await server.api('POST', '/v1/apikeys', {
    labels: { purpose: 'support bot' },
    rights: ['CALL_LLM_OWN', 'CALL_WORKSPACE_LLM'],
    configs: [configs.own, configs.verified],
    expiresAt: Date.now() + 10 * DAY,
  });
  const tokens = { app: { text: app.rawApiKey, id: app.apiKeyMetadata.apiKeyId } };
  await callModel(server, configs.verified, MODEL, 5, tokens.app.text);
  await callModel(server, configs.own, MODELS[1], 3, tokens.app.text);
  await waitForUsage(server, 8);
  return { people, workspaces, configs, tokens, calls: 8 };
}

/** The texts that no page and no response of the console may contain. */
export function secrets(server, { people, tokens }) {
  return [
    PROVIDER_KEY,
    WRONG_KEY,
    server.rootToken,
    tokens.app.text,
    ...Object.values(people).map(({ token }) => token),
  ];
}
