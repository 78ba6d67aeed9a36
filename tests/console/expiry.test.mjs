// Sessions end by themselves: after a time without activity, and at the latest after a fixed time. The
// settings are some seconds here, and the tests wait for them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Keyboard } from './support/keyboard.mjs';
import { openSite } from './support/site.mjs';

const IDLE = 12;
const LIFETIME = 22;

let site;
before(async () => {
  const settings = {
    LLM_CONFIG_SESSION_IDLE_PRIVILEGED: `${IDLE}s`,
    LLM_CONFIG_SESSION_LIFETIME: `${LIFETIME}s`,
  };
  site = await openSite({ settings });
});
after(() => site.close());

const seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1000));

// At once, because they wait most of the time.
describe('sessions end', { concurrency: true }, () => {
  test('session_without_activity_ends', () =>
    site.page({}, async (page, visit) => {
      await visit.open('/account', { axe: false });
      await seconds(IDLE + 1);
      await page.reload();
      assert.equal(new URL(page.url()).searchParams.get('next'), '/console/account');
    }));

  test('session_in_use_ends_at_its_lifetime', () =>
    site.page({}, async (page, visit) => {
      const begun = Date.now();
      let used = 0;
      while (!page.url().includes('/login')) {
        await visit.watch.settle();
        await page.goto(`${site.console}/account`);
        used = (Date.now() - begun) / 1000;
        assert.ok(used < LIFETIME + 3, 'the session has no end');
        await seconds(1);
      }
      assert.ok(used > IDLE + 2, `activity prolongs it, but it ended after ${used} s`);
    }));

  test('banner_before_the_end_offers_to_stay_and_keeps_what_is_typed', () =>
    site.page({}, async (page, visit) => {
      const keyboard = new Keyboard(page);
      await visit.open('/people/new', { axe: false });
      await page.getByText('Your session ends in 1 minute').waitFor();
      await keyboard.fill('E-mail', 'typed@example.com');
      await seconds(IDLE * 0.4);
      const [extended] = await Promise.all([
        page.waitForResponse(`${site.console}/session/extend`),
        keyboard.press('button', 'Stay signed in'),
      ]);
      assert.equal(extended.status(), 204);
      await seconds(IDLE * 0.75);
      const other = await visit.context.newPage();
      await other.goto(`${site.console}/account`);
      await other.getByRole('heading', { name: 'Account' }).waitFor();
      assert.equal(await page.getByLabel('E-mail').inputValue(), 'typed@example.com');
    }));

  test('form_after_the_end_saves_nothing_and_says_so', () =>
    site.page({ statuses: [401] }, async (page, visit) => {
      await visit.open('/workspaces', { axe: false });
      await page.getByLabel('Name').fill('Too late');
      await seconds(IDLE + 1);
      await visit.watch.settle();
      await page.getByRole('button', { name: 'Create' }).click();
      await page.getByRole('heading', { name: 'Sign in again' }).waitFor();
      await visit.inspect();
      const { workspaces } = await site.server.api('GET', '/workspace');
      assert.ok(workspaces.every(({ name }) => name !== 'Too late'));
    }));
});
