// Attacks from other web pages and with stolen or mixed-up credentials. Each fails.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FORMS, PAGES, paths } from './pages.mjs';
import { send } from './support/http.mjs';
import { openOtherSite } from './support/other_site.mjs';
import { cookie } from './support/page.mjs';
import { COOKIE, sessionOf } from './support/server.mjs';
import { openSite } from './support/site.mjs';

const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };
const REBOUND = 'rebound.example';

/** A form with one field. */
const form = (action, name, value) => `
  <form method="post" action="${action}"><input name="${name}" value="${value}"><button>Win</button></form>`;

let site;
let other;
before(async () => {
  // The name resolves to this machine, as an attacker makes it do after the first request.
  site = await openSite({ flags: [`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`] });
  const { origin } = new URL(site.console);
  other = await openOtherSite({
    '/form': form(`${origin}/console/workspaces`, 'name', 'Stolen'),
    '/login': form(`${origin}/console/login`, 'token', site.token('cy')),
    '/frame': `<iframe src="${origin}/console/tokens"></iframe>`,
    '/popup': '<a href="#">Open</a>',
    '/': '<p>Other</p>',
  });
});
after(async () => {
  other.close();
  await site.close();
});

/** Runs `use` with a page of the other site, in a browser that is signed in to the console. */
async function onOtherSite(use) {
  const context = await site.browser.newContext();
  try {
    await context.addCookies([cookie(site.server.url, await site.server.signIn())]);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await use(page, context);
  } finally {
    await context.close();
  }
}

const workspaces = async () =>
  (await site.server.api('GET', '/workspace')).workspaces.map(({ name }) => name);

/**
 * Opens a page of the console with this cookie; the result is what a signed-in person gets, or the way to
 * sign in.
 */
const withCookie = (value) => send(`${site.console}/account`, { headers: { cookie: `${COOKIE}=${value}` } });

function assertSignedOut({ status, headers }) {
  assert.equal(status, 303);
  assert.match(headers.location, /^\/console\/login\?/);
}

/** Asserts that a sign-in failed: it was refused, or came after too many that were. */
function assertNotSignedIn({ status, cookies }) {
  assert.ok([422, 429].includes(status), `status ${status}`);
  assert.deepEqual(cookies, []);
}

for (const kind of ['sameSite', 'crossSite']) {
  test(`form_of_other_origin_changes_nothing_${kind}`, () =>
    onOtherSite(async (page) => {
      await page.goto(`${other[kind]}/form`);
      const [response] = await Promise.all([
        page.waitForResponse(`${site.console}/workspaces`),
        page.getByRole('button').click(),
      ]);
      assert.equal(response.status(), 403);
      await page.getByRole('heading', { name: 'Another page sent this request' }).waitFor();
      assert.ok(!(await workspaces()).includes('Stolen'));
    }));

  test(`sign_in_form_of_other_origin_begins_no_session_${kind}`, () =>
    onOtherSite(async (page, context) => {
      const before = await context.cookies();
      await page.goto(`${other[kind]}/login`);
      await page.getByRole('button').click();
      await page.getByRole('heading', { name: 'Another page sent this request' }).waitFor();
      assert.deepEqual(await context.cookies(), before);
    }));

  test(`script_of_other_origin_changes_and_reads_nothing_${kind}`, () =>
    onOtherSite(async (page) => {
      await page.goto(other[kind]);
      const results = await page.evaluate(async (console_url) => {
        const attempt = async (path, options) => {
          try {
            const response = await fetch(`${console_url}${path}`, { credentials: 'include', ...options });
            return `${response.type} ${(await response.text()).length}`;
          } catch {
            return 'refused';
          }
        };
        const body = new URLSearchParams({ name: 'Stolen' });
        return [
          await attempt('/workspaces', { method: 'POST', body, mode: 'no-cors' }),
          await attempt('/workspaces', { method: 'POST', body }),
          await attempt('/workspaces', { method: 'POST', body, headers: { 'hx-request': 'true' } }),
          await attempt('/tokens', {}),
          await attempt('/tokens', { mode: 'no-cors' }),
        ];
      }, site.console);
      // `no-cors` fails too, because the pages have Cross-Origin-Resource-Policy, except within the same
      // site.
      for (const result of results) assert.match(result, /^(refused|opaque 0)$/);
      assert.ok(!(await workspaces()).includes('Stolen'));
    }));

  test(`frame_of_other_origin_stays_empty_${kind}`, () =>
    onOtherSite(async (page) => {
      const blocked = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
      await page.goto(`${other[kind]}/frame`);
      await blocked;
      const [, frame] = page.frames();
      assert.ok(!frame.url().startsWith(site.console), frame.url());
    }));

  test(`window_that_other_origin_opens_is_cut_off_${kind}`, () =>
    onOtherSite(async (page, context) => {
      await page.goto(`${other[kind]}/popup`);
      const [opened] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate((url) => {
          window.opened = window.open(url);
        }, `${site.console}/tokens`),
      ]);
      await opened.getByRole('heading', { name: 'Tokens', exact: true }).waitFor();
      assert.equal(await opened.evaluate(() => window.opener), null);
      assert.equal(
        await page.evaluate(() => window.opened.closed),
        true,
        'the opener has no window any more',
      );
    }));
}

test('every_form_refuses_other_origins_and_requests_without_a_session', async () => {
  const id = '01890000-0000-7000-8000-000000000000';
  const session = `${COOKIE}=${await site.server.signIn()}`;
  for (const form of FORMS) {
    const url = `${site.console}${form.replace('POST ', '').replaceAll(/\{\w+\}/g, id)}`;
    for (const headers of [
      { cookie: session },
      { cookie: session, origin: 'null' },
      { cookie: session, origin: other.sameSite },
      { cookie: session, 'sec-fetch-site': 'same-site', origin: site.server.url },
      { cookie: session, 'sec-fetch-site': 'cross-site', origin: site.server.url },
      { cookie: session, 'sec-fetch-site': 'none' },
    ]) {
      const { status } = await send(url, { method: 'POST', headers, form: {} });
      assert.equal(status, 403, `${form} with ${Object.keys(headers)}`);
    }
    const stranger = await send(url, { method: 'POST', headers: SAME_ORIGIN, form: {} });
    if (form.startsWith('POST /login')) assertNotSignedIn(stranger);
    else assert.equal(stranger.status, 401, form);
    // A link or an image changes nothing: what changes something is not a GET.
    const { status } = await send(url, { headers: { cookie: session } });
    const isAlsoPage = PAGES.some(({ route }) => route.replace('GET', 'POST') === form) || status === 404;
    assert.ok(isAlsoPage || status === 405, `GET of ${form}: ${status}`);
  }
});

test('request_for_other_host_is_misdirected', async () => {
  const session = `${COOKIE}=${await site.server.signIn()}`;
  const { port } = new URL(site.server.url);
  for (const host of [
    REBOUND,
    `${REBOUND}:${port}`,
    '127.0.0.1.evil.example',
    `localhost.evil.example:${port}`,
  ]) {
    const answer = await send(`${site.console}/tokens`, { headers: { host, cookie: session } });
    assert.equal(answer.status, 421, host);
    assert.ok(!answer.text.includes('Tokens'));
  }
  const context = await site.browser.newContext();
  const page = await context.newPage();
  const response = await page.goto(`http://${REBOUND}:${port}/console/login`);
  assert.equal(response.status(), 421);
  await page.getByRole('heading', { name: "This is not the console's address" }).waitFor();
  // The page of the attacker has now the origin of this server: a form from there has the same origin.
  const status = await page.evaluate(async (token) => {
    const body = new URLSearchParams({ token });
    return (await fetch('/console/login', { method: 'POST', body })).status;
  }, site.token('cy'));
  assert.equal(status, 421);
  await context.close();
});

test('session_planted_before_the_sign_in_is_worthless_after_it', async () => {
  // The attacker has a session of their own, and one that they invented.
  for (const planted of [await site.server.signIn(site.token('cy')), `gs_${'a'.repeat(52)}`, 'x']) {
    const headers = { ...SAME_ORIGIN, cookie: `${COOKIE}=${planted}` };
    const form = { token: site.token('bob') };
    const begun = sessionOf(await send(`${site.console}/login`, { method: 'POST', headers, form }));
    assert.notEqual(begun, planted);
    assert.ok((await withCookie(begun)).text.includes('bob@example.com'));
    assert.ok(!(await withCookie(planted)).text.includes('bob@example.com'));
  }
});

test('token_or_session_in_a_url_is_ignored', async () => {
  const session = await site.server.signIn();
  for (const name of ['token', 'access_token', 'key', 'session', 'api_key', COOKIE]) {
    for (const value of [site.server.rootToken, session]) {
      const query = new URLSearchParams({ [name]: value });
      assertSignedOut(await send(`${site.console}/tokens?${query}`));
      const login = await send(`${site.console}/login?${query}`);
      assert.deepEqual([login.status, login.cookies.length, login.text.includes(value)], [200, 0, false]);
      const posted = await send(`${site.console}/login?${query}`, {
        method: 'POST',
        headers: SAME_ORIGIN,
        form: {},
      });
      assertNotSignedIn(posted);
    }
  }
});

test('sign_in_leads_to_pages_of_the_console_only', () =>
  site.page({ as: null }, async (page, visit) => {
    for (const next of [
      'https://evil.example/',
      '//evil.example/console',
      '/\\evil.example',
      '/console/\\evil.example',
      '/console//evil.example',
      '/console/../../evil',
      '/console/%2e%2e/v1/llms',
      '/console@evil.example',
      'javascript:alert(1)',
      '/v1/llms',
      '/console/logout/../..//evil.example',
      '/console\t//evil.example',
    ]) {
      await visit.watch.settle();
      await page.goto(`${site.console}/login?next=${encodeURIComponent(next)}`);
      await page.getByLabel('Access token').fill(site.token('cy'));
      await visit.watch.settle();
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      const { origin, pathname } = new URL(page.url());
      assert.equal(origin, site.server.url, next);
      assert.match(pathname, /^\/console(\/|$)/, next);
      await visit.context.clearCookies();
    }
  }));

test('next_page_that_a_form_posts_is_checked_too', async () => {
  for (const next of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/console/\r\nset-cookie: a=b',
  ]) {
    const form = { token: site.token('cy'), next };
    const answer = await send(`${site.console}/login`, { method: 'POST', headers: SAME_ORIGIN, form });
    assert.deepEqual([answer.status, answer.headers.location, answer.cookies.length], [303, '/console', 1]);
  }
});

test('session_cookie_is_kept_from_scripts_and_other_hosts', () =>
  site.page({ as: null }, async (page, visit) => {
    const headers = SAME_ORIGIN;
    const form = { token: site.token('cy') };
    const { cookies } = await send(`${site.console}/login`, { method: 'POST', headers, form });
    assert.equal(cookies.length, 1);
    const [pair, ...attributes] = cookies[0].split('; ');
    assert.match(
      pair,
      /^__Host-llm-config=gs_[a-z2-7]{52}$/,
      'at least 256 random bits, and no access token',
    );
    assert.deepEqual(attributes.map((one) => one.toLowerCase()).sort(), [
      'httponly',
      'path=/',
      'samesite=lax',
      'secure',
    ]);

    await visit.open('/login');
    await page.getByLabel('Access token').fill(site.token('cy'));
    await visit.watch.settle();
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const [kept] = (await visit.context.cookies()).filter(({ name }) => name === COOKIE);
    assert.deepEqual(
      [kept.httpOnly, kept.secure, kept.sameSite, kept.path, kept.domain, kept.expires],
      [true, true, 'Lax', '/', '127.0.0.1', -1],
    );
    assert.equal(await page.evaluate(() => document.cookie), '');
    // Storage that scripts can read has nothing either.
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  }));

test('session_and_access_token_are_not_interchangeable', async () => {
  const session = await site.server.signIn();
  const me = `${site.server.url}/v1/users/me`;
  for (const headers of [
    { authorization: `Bearer ${session}` },
    { 'x-api-key': session },
    { cookie: `${COOKIE}=${session}` },
    { cookie: `${COOKIE}=${site.server.rootToken}` },
  ]) {
    assert.equal((await send(me, { headers })).status, 401, Object.keys(headers)[0]);
  }
  for (const headers of [
    { cookie: `${COOKIE}=${site.server.rootToken}` },
    { authorization: `Bearer ${site.server.rootToken}` },
    { 'x-api-key': site.server.rootToken },
    { authorization: `Bearer ${session}` },
    { cookie: `llm-config=${session}` },
  ]) {
    assertSignedOut(await send(`${site.console}/account`, { headers }));
  }
  // A session does not sign another one in.
  const again = await send(`${site.console}/login`, {
    method: 'POST',
    headers: SAME_ORIGIN,
    form: { token: session },
  });
  assertNotSignedIn(again);
});

test('sign_out_ends_the_session_for_every_copy_of_the_cookie', async () => {
  const session = await site.server.signIn();
  assert.equal((await withCookie(session)).status, 200);
  const headers = { ...SAME_ORIGIN, cookie: `${COOKIE}=${session}` };
  const answer = await send(`${site.console}/logout`, { method: 'POST', headers, form: {} });
  assert.equal(answer.headers['clear-site-data'], '"cache", "storage"');
  assert.match(answer.cookies[0], /^__Host-llm-config=; .*Max-Age=0/);
  assertSignedOut(await withCookie(session));
});

test('session_ends_with_the_token_that_began_it', async () => {
  const { rawApiKey, apiKeyMetadata } = await site.server.api('POST', '/v1/apikeys', {});
  const session = await site.server.signIn(rawApiKey);
  assert.equal((await withCookie(session)).status, 200);
  await site.server.api('DELETE', `/v1/apikeys/${apiKeyMetadata.apiKeyId}`);
  assertSignedOut(await withCookie(session));
});

test('guessing_of_tokens_is_slowed_down_and_true_ones_still_pass', async () => {
  const attempt = (token) =>
    send(`${site.console}/login`, { method: 'POST', headers: SAME_ORIGIN, form: { token } });
  const statuses = [];
  for (let guess = 0; guess < 30; guess += 1) statuses.push((await attempt(`gm_${guess}`)).status);
  assert.equal(statuses.at(-1), 429);
  assert.ok(Number((await attempt('gm_x')).headers['retry-after'] ?? 1) >= 1);
  assert.equal((await attempt(site.token('cy'))).status, 303);
});

test('markup_in_names_is_shown_as_text', async () => {
  const name = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'><b hx-get="/console/logout">';
  const { id } = (await site.server.api('POST', '/workspace', { name })).workspace;
  const person = { email: 'mallory@example.com', firstName: name, lastName: name };
  const mallory = (await site.server.api('POST', '/organization/users', person)).data.id;
  await site.server.api('POST', `/workspace/${id}/users`, { userId: mallory, role: 'READ' });
  await site.server.api('POST', '/v1/apikeys', { labels: { purpose: name } });
  const config = await site.server.api('POST', '/v1/llms', {
    displayName: name,
    description: name,
    providerType: 'VLLM',
    endpointUrl: 'https://models.example/v1',
    modelIdentifier: name,
    labels: { a: name },
  });
  const ids = { id: config.llm.llmId };
  const listed = [
    '/configs',
    '/workspaces',
    '/people',
    '/tokens',
    '/sessions',
    `/workspaces/${id}`,
    `/people/${mallory}`,
  ];
  const opened = PAGES.filter(({ route }) => route.includes('/configs/{id}'));
  const all = [
    ...listed,
    `/configs?q=${encodeURIComponent(name)}`,
    ...opened.flatMap((page) => paths({ ...page, ids: () => ids })),
  ];
  await site.page({}, async (page, visit) => {
    for (const path of all) {
      // A name that long is no accessible heading of its own, so axe is left out: the watch sees what would
      // run.
      await visit.open(path, { axe: false });
      assert.equal(await page.locator('main img, main script, main b[hx-get]').count(), 0, path);
    }
  });
});
