// Every page and every form of the console. A test of the server compares this file with its own table
// (`console/pages.rs`): each text that begins with a method is a line there.

const page = (route, options = {}) => ({ route, as: 'root', ids: () => ({}), queries: [''], ...options });

const own = ({ configs }) => ({ id: configs.own });
const rejected = ({ configs }) => ({ id: configs.rejected });
const token = ({ tokens }) => ({ id: tokens.app.id });
const research = ({ workspaces }) => ({ id: workspaces.research });
const bob = ({ people }) => ({ id: people.bob.id });

/**
 * The pages that a browser opens: who opens them, the ids in the path, and queries that show other states.
 */
export const PAGES = [
  page('GET /login', { as: null, queries: ['', '?next=/console/tokens', '?done=signed-out'] }),
  page('GET /'),
  page('GET /configs', { queries: ['', '?q=team&state=yes', '?q=nothing-like-this', '?label=team=search'] }),
  page('GET /configs/new', { queries: ['', '?scope=own'] }),
  page('GET /configs/{id}', { ids: own }),
  page('GET /configs/{id}/checks', { ids: rejected }),
  page('GET /configs/{id}/edit', { ids: own }),
  page('GET /configs/{id}/delete', { ids: rejected }),
  page('GET /account', { queries: ['', '?done=preferences-saved'] }),
  page('GET /sessions'),
  page('GET /tokens', { queries: ['', '?state=EXPIRED'] }),
  page('GET /tokens/new'),
  page('GET /tokens/{id}/revoke', { ids: token }),
  page('GET /usage', { queries: ['', '?range=30d&by=token'] }),
  page('GET /workspaces'),
  page('GET /workspaces/{id}', { ids: research }),
  page('GET /workspaces/{id}/delete', { ids: research }),
  page('GET /people', { queries: ['', '?q=nothing-like-this'] }),
  page('GET /people/new'),
  page('GET /people/{id}', { ids: bob }),
  page('GET /people/{id}/delete', { ids: bob }),
  page('GET /people/{id}/sessions', { ids: bob }),
];

/** The files that pages load. */
export const FILES = ['GET /assets/{name}'];

/** What forms post to. */
export const FORMS = [
  'POST /login',
  'POST /login/link',
  'POST /logout',
  'POST /session/extend',
  'POST /account/preferences',
  'POST /configs',
  'POST /configs/new/examine',
  'POST /configs/new/check',
  'POST /configs/{id}',
  'POST /configs/{id}/check',
  'POST /configs/{id}/edit/examine',
  'POST /configs/{id}/edit/check',
  'POST /configs/{id}/delete',
  'POST /sessions/{id}/end',
  'POST /tokens',
  'POST /tokens/{id}/revoke',
  'POST /workspaces',
  'POST /workspaces/{id}',
  'POST /workspaces/{id}/delete',
  'POST /workspaces/{id}/members',
  'POST /workspaces/{id}/members/{user}',
  'POST /workspaces/{id}/members/{user}/remove',
  'POST /people',
  'POST /people/{id}',
  'POST /people/{id}/delete',
  'POST /people/{id}/sessions/end',
];

/** The paths of a page below the console: one for each of its queries. */
export function paths({ route, ids, queries }, data) {
  const values = ids(data);
  const path = route.replace(/^GET (\/$)?/, '').replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
  return queries.map((query) => `${path}${query}`);
}
