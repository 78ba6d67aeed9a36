// What a person does with their account, with the keyboard alone: signing in and out, tokens, sessions,
// usage, preferences.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { send } from './support/http.mjs';
import { Keyboard } from './support/keyboard.mjs';
import { COOKIE } from './support/server.mjs';
import { openSite } from './support/site.mjs';

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

/** The status of an API for a token. */
async function statusFor(token) {
  return (await send(`${site.server.url}/v1/users/me`, { headers: { 'x-api-key': token } })).status;
}

for (const scripts of [true, false]) {
  const suffix = scripts ? '' : '_without_scripts';

  test(`sign_in_with_token_leads_to_the_page_asked_for${suffix}`, () => {
    return site.page({ as: null, scripts }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      await page.goto(`${site.console}/tokens?state=USABLE`);
      await keyboard.arrive('Sign in');
      await keyboard.fill('Access token', site.token('cy'));
      await visit.watch.settle();
      await page.keyboard.press('Enter');
      await keyboard.arrive('Tokens');
      assert.equal(page.url(), `${site.console}/tokens?state=USABLE`);
      await visit.inspect();
    });
  });

  test(`sign_in_with_wrong_token_says_so_and_does_not_return_it${suffix}`, () => {
    return site.page({ as: null, scripts, statuses: [422] }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      await visit.open('/login');
      await keyboard.fill('Access token', 'gm_this-is-not-a-token');
      await page.keyboard.press('Enter');
      await page.getByText('This is not a valid access token').waitFor();
      assert.equal(await page.getByLabel('Access token').inputValue(), '');
      assert.ok(!(await page.content()).includes('this-is-not-a-token'));
      await visit.inspect();
    });
  });

  test(`sign_out_ends_the_session_at_once${suffix}`, () =>
    site.page({ scripts }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      await visit.open('/account');
      const [session] = await visit.context.cookies();
      await visit.watch.settle();
      await keyboard.press('button', 'Sign out');
      await keyboard.arrive('Sign in');
      await page.getByText('You are signed out.').waitFor();
      assert.deepEqual(await visit.context.cookies(), []);
      const replayed = await send(`${site.console}/account`, {
        headers: { cookie: `${COOKIE}=${session.value}` },
      });
      assert.match(replayed.headers.location, /^\/console\/login/);
      // Nothing comes out of the browser's memory either.
      await visit.watch.settle();
      await page.goBack();
      await keyboard.arrive('Sign in');
    }));

  test(`token_is_issued_shown_once_used_and_revoked${suffix}`, () =>
    site.page({ scripts }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      const purpose = `job${suffix}`;
      await visit.open('/tokens');
      await keyboard.press('link', 'Issue a token');
      await keyboard.arrive('Issue a token');
      await keyboard.fill('Purpose', purpose);
      await keyboard.choose(/^Everything that its holder may do/);
      await keyboard.select('Expires after', '30 days');
      await visit.watch.settle();
      await keyboard.press('button', 'Issue the token');
      await keyboard.arrive('The token is issued');
      const text = (await page.getByLabel('Text of the token').textContent()).trim();
      assert.equal(await statusFor(text), 200);
      await visit.inspect();
      await keyboard.press('link', 'Done');
      await keyboard.arrive('Tokens');
      assert.ok(!(await page.content()).includes(text));
      const row = page
        .getByRole('row')
        .filter({ hasText: `purpose=${purpose}` })
        .filter({ hasText: text.slice(0, 6) });
      const name = await row
        .first()
        .getByRole('link', { name: /^Revoke/ })
        .getAttribute('href');
      await keyboard.press('link', (await row.first().getByRole('link').innerText()).replaceAll(/\s+/g, ' '));
      await keyboard.arrive('Revoke this token?');
      assert.ok(page.url().endsWith(name));
      await keyboard.press('button', 'Revoke the token');
      await keyboard.arrive('Tokens');
      assert.equal(await statusFor(text), 401);
    }));
}

test('login_link_signs_in_once', () =>
  site.page({ as: null, statuses: [422] }, async (page, visit) => {
    const { url } = await site.server.command('login-link', 'bob@example.com');
    assert.ok(
      url.startsWith(`${site.console}/login#`),
      'the code is in the fragment, which no server receives',
    );
    await page.goto(url);
    await page.waitForURL(site.console);
    await page.getByText('Bob Berg').waitFor();
    await visit.inspect();
    await visit.context.clearCookies();
    await visit.watch.settle();
    await page.goto('about:blank');
    await page.goto(url);
    await page.getByText('This code is not valid').waitFor();
    assert.ok(!page.url().includes('#'));
    await visit.inspect();
  }));

test('login_link_is_pasted_without_scripts', () =>
  site.page({ as: null, scripts: false }, async (page, visit) => {
    const keyboard = new Keyboard(page);
    const { url } = await site.server.command('login-link', 'bob@example.com');
    await visit.open('/login?next=/console/account');
    await page.locator('summary').focus();
    await page.keyboard.press('Enter');
    await keyboard.fill('Code of the link', new URL(url).hash.slice(1));
    await page.keyboard.press('Enter');
    await keyboard.arrive('Account');
  }));

test('session_of_another_browser_is_ended', () =>
  site.page({ as: 'dee' }, async (other, { context }) => {
    await other.goto(`${site.console}/account`);
    await site.page({ as: 'dee' }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      await visit.open('/sessions');
      const rows = page.getByRole('row').filter({ hasText: 'with an access token' });
      assert.equal(await rows.count(), 2);
      assert.equal(await rows.filter({ hasText: 'This browser' }).count(), 1);
      const button = rows.filter({ hasNotText: 'This browser' }).getByRole('button');
      while (!(await button.evaluate((one) => one === document.activeElement)))
        await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('The session is ended.').waitFor();
      assert.equal(await rows.count(), 1);
      await visit.inspect();
    });
    await other.goto(`${site.console}/account`);
    assert.match(other.url(), /\/console\/login\?next=/);
    assert.equal((await context.cookies()).length, 1);
  }));

test('sign_out_everywhere_ends_every_session_of_the_person', () =>
  site.page({ as: 'cy' }, async (other) => {
    await site.page({ as: 'cy' }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      await visit.open('/sessions');
      await keyboard.press('button', 'Sign out everywhere');
      await keyboard.arrive('Sign in');
    });
    await other.goto(`${site.console}/account`);
    assert.match(other.url(), /\/console\/login\?next=/);
  }));

test('usage_shows_the_calls_of_the_time_and_grouping_chosen', () =>
  site.page({}, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open('/usage');
    await page.getByRole('heading', { name: `${site.data.calls} calls` }).waitFor();
    await keyboard.select('Time', 'Last 30 days');
    await keyboard.select('Table by', 'Token');
    await keyboard.press('button', 'Show');
    await page.getByRole('heading', { name: 'By token' }).waitFor();
    await page.getByRole('heading', { name: `${site.data.calls} calls` }).waitFor();
    await visit.inspect();
  }));

test('chosen_colours_apply_at_once_and_to_the_next_page', () =>
  site.page({}, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open('/account');
    const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await colour();
    await keyboard.choose('Dark');
    await keyboard.press('button', 'Save');
    await page.getByText('preferences of this browser are saved').waitFor();
    assert.notEqual(await colour(), light);
    await visit.open('/tokens');
    assert.notEqual(await colour(), light);
  }));

test('skip_link_is_first_and_leads_to_the_content', () =>
  site.page({}, async (page, visit) => {
    await visit.open('/people');
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').textContent(), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator(':focus').getAttribute('id'), 'main');
  }));
