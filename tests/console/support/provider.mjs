// A provider on this machine with OpenAI's API and one key and a few models.

import http from 'node:http';
import { once } from 'node:events';

export const MODEL = 'gpt-5-mini';

/** Every model of the provider. */
export const MODELS = [MODEL, 'qwen3-8b', 'qwen3-32b', 'gemma-3-27b'];

const error = (message, code) => ({ error: { message, type: 'invalid_request_error', param: null, code } });
const model = (id) => ({ id, object: 'model', created: 1, owned_by: 'tests' });
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: MODEL,
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1200, completion_tokens: 340, total_tokens: 1540 },
};

function answer(request, key) {
  if (request.headers.authorization !== `Bearer ${key}`) {
    return [401, error('Incorrect API key provided.', 'invalid_api_key')];
  }
  const [, asked] = /^\/v1\/models\/(.+)$/.exec(request.url) ?? [];
  if (MODELS.includes(asked)) return [200, model(asked)];
  switch (`${request.method} ${request.url}`) {
    case 'GET /v1/models':
      return [200, { object: 'list', data: MODELS.map(model) }];
    case 'POST /v1/chat/completions':
      return [200, completion];
    default:
      return [404, error('The model does not exist.', 'model_not_found')];
  }
}

/** Starts the provider, on a free port by default. It accepts `key`. */
export async function startProvider(key, port = 0) {
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const [status, body] = answer(request, key);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
