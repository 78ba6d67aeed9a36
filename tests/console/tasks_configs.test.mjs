// What people do with configurations, with the keyboard alone: find one of many, add one with a check, see
// whether it works, see who may use it, change it, delete it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PROVIDER_KEY, WRONG_KEY } from './support/data.mjs';
import { Keyboard } from './support/keyboard.mjs';
import { MODEL, MODELS } from './support/provider.mjs';
import { openSite } from './support/site.mjs';

/** More than two pages of the list. */
const MANY = 120;

let site;
before(async () => {
  site = await openSite();
  for (let number = 1; number <= MANY; number += 1) {
    await site.server.api('POST', '/v1/llms', {
      displayName: `Shard ${number}`,
      providerType: 'VLLM',
      endpointUrl: `https://shard-${number}.example/v1`,
      modelIdentifier: MODEL,
    });
  }
});
after(() => site.close());

const find = async (text) => {
  return (await site.server.api('GET', `/llm-config/v1/configs?text=${encodeURIComponent(text)}`)).configs;
};

test('one_of_many_is_found_while_typing', () =>
  site.page({}, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open('/configs');
    assert.equal(await page.getByRole('row').count(), 51, 'a page has 50 rows');
    await page.keyboard.press('/');
    await page.keyboard.type('shard-97');
    await page.waitForURL(/q=shard-97/);
    await page.getByRole('link', { name: 'Shard 97' }).waitFor();
    assert.equal(await page.getByRole('row').count(), 2);
    assert.ok(
      await page.getByLabel('Search').evaluate((field) => field === document.activeElement),
      'the focus stays',
    );
    await visit.inspect();
    await keyboard.press('link', 'Shard 97');
    await keyboard.arrive('Shard 97');
    await page.goBack();
    await page.getByRole('link', { name: 'Shard 97' }).waitFor();
    assert.equal(await page.getByLabel('Search').inputValue(), 'shard-97', 'the way back keeps the filter');
  }));

test('one_of_many_is_found_without_scripts', () =>
  site.page({ scripts: false }, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open('/configs');
    await keyboard.fill('Search', 'shard-98');
    await page.keyboard.press('Enter');
    await keyboard.press('link', 'Shard 98');
    await keyboard.arrive('Shard 98');
    await visit.open('/configs');
    const seen = new Set();
    for (;;) {
      for (const name of await page.locator('tbody th a').allInnerTexts()) {
        assert.ok(!seen.has(name), `${name} twice`);
        seen.add(name);
      }
      if ((await page.getByRole('link', { name: 'Next page' }).count()) === 0) break;
      const url = page.url();
      await visit.watch.settle();
      await keyboard.press('link', 'Next page');
      await page.waitForURL((now) => now.href !== url);
    }
    for (let number = 1; number <= MANY; number += 1)
      assert.ok(seen.has(`Shard ${number}`), `Shard ${number} is missing`);
  }));

test('filter_that_cannot_be_read_says_so', () =>
  site.page({ statuses: [422] }, async (page, visit) => {
    await visit.open('/configs?label=no-value', { status: 422 });
    await page.getByText('Nothing was searched.').waitFor();
  }));

/** Presses a button that checks what is stored, and waits for the verdict. */
async function check(page, visit, button) {
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.request().method() === 'POST' && one.url().endsWith('/check')),
    new Keyboard(page).press('button', button),
  ]);
  await visit.watch.settle();
  assert.equal(response.status(), 200);
  await page.locator('#verdict .state.good').waitFor();
}

/** Fills in the form of a new configuration. */
async function describe(keyboard, { name, key, scripts, model = MODELS[scripts ? 2 : 3] }) {
  await keyboard.fill('Name', name);
  await keyboard.select('Provider', 'vLLM');
  if (!scripts) await keyboard.press('button', 'Choose');
  await keyboard.fill('Endpoint', site.provider.url);
  await keyboard.fill('Model', model);
  await keyboard.choose('API key');
  await keyboard.fill('Secret', key);
}

for (const scripts of [true, false]) {
  const suffix = scripts ? '' : ' without scripts';

  test(`configuration_is_checked_and_added${suffix}`, () =>
    site.page({ scripts }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      const name = `New model${suffix}`;
      await visit.open('/configs');
      await keyboard.press('link', 'Add a configuration');
      await keyboard.arrive('Add a configuration');
      await describe(keyboard, { name, key: PROVIDER_KEY, scripts });
      await keyboard.press('button', /^Check with the provider/);
      await page.locator('#verdict .state.good').waitFor();
      await visit.inspect();
      assert.deepEqual(await find(name), [], 'a check stores nothing');
      const secret = page.getByLabel('Secret', { exact: true });
      if (scripts)
        assert.equal(await secret.inputValue(), PROVIDER_KEY, 'a check leaves the secret in its field');
      else {
        assert.equal(await secret.inputValue(), '', 'no page returns the secret');
        await keyboard.fill('Secret', PROVIDER_KEY);
      }
      await keyboard.press('button', 'Add the configuration');
      await keyboard.arrive(name);
      await visit.inspect();
      assert.equal((await find(name)).length, 1);
      await page.getByText(`API key ****${PROVIDER_KEY.slice(-4)}`).waitFor();
    }));

  test(`errors_stand_at_their_fields_and_what_was_typed_stays${suffix}`, () => {
    return site.page({ scripts, statuses: [422] }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      await visit.open('/configs/new');
      await describe(keyboard, { name: 'Incomplete', key: WRONG_KEY, scripts });
      await keyboard.fill('Endpoint', 'not a url');
      await keyboard.press('button', 'Add the configuration');
      await page.getByText('Nothing was saved.').waitFor();
      const endpoint = page.getByLabel('Endpoint', { exact: true });
      assert.equal(await endpoint.getAttribute('aria-invalid'), 'true');
      assert.equal(await endpoint.inputValue(), 'not a url');
      assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Incomplete');
      assert.equal(await page.getByLabel('Secret', { exact: true }).inputValue(), scripts ? WRONG_KEY : '');
      await visit.inspect();
      assert.deepEqual(await find('Incomplete'), []);
    });
  });
}

test('late_response_keeps_what_was_typed_meanwhile', () =>
  site.page({}, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open('/configs/new');
    let release;
    const released = new Promise((resolve) => {
      release = resolve;
    });
    await page.route('**/examine?prefill', async (route) => {
      await released;
      await route.continue();
    });
    await keyboard.select('Provider', 'vLLM');
    await keyboard.fill('Endpoint', 'http://127.0.0.1:1/v1');
    const [response] = await Promise.all([page.waitForResponse('**/examine?prefill'), release()]);
    await response.finished();
    await visit.watch.settle();
    // A request that comes later is answered later.
    await keyboard.fill('Model', 'later');
    await page.getByText('Will be called: http://127.0.0.1:1/v1/chat/completions').waitFor();
    assert.equal(await page.getByLabel('Endpoint', { exact: true }).inputValue(), 'http://127.0.0.1:1/v1');
  }));

test('rejected_credential_is_saved_only_after_a_confirmation', () =>
  site.page({ statuses: [422] }, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open('/configs/new');
    await describe(keyboard, { name: 'Refused', key: WRONG_KEY, scripts: true });
    await keyboard.press('button', /^Check with the provider/);
    await page.locator('#verdict .state.bad').waitFor();
    await visit.inspect();
    await keyboard.press('button', 'Add the configuration');
    await page.getByText('Nothing was saved.').waitFor();
    assert.deepEqual(await find('Refused'), []);
    await keyboard.tick('Save although the check failed');
    await keyboard.press('button', 'Add the configuration');
    await keyboard.arrive('Refused');
  }));

test('stored_configuration_is_checked_and_the_verdict_replaced', () =>
  site.page({}, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open(`/configs/${site.data.configs.verified}`);
    await check(page, visit, 'Call the model once');
    await visit.inspect();
    await keyboard.press('link', 'Past checks');
    await keyboard.arrive('Checks of Team GPT');
    await visit.inspect();
  }));

test('page_of_a_configuration_leads_to_the_people_who_may_use_it', () =>
  site.page({}, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open(`/configs/${site.data.configs.verified}`);
    await keyboard.press('link', 'Research');
    await keyboard.arrive('Research');
    await page.getByText('cy@example.com').first().waitFor();
  }));

test('reader_sees_a_configuration_and_cannot_change_it', () => {
  return site.page({ as: 'cy', statuses: [403] }, async (page, visit) => {
    await visit.open(`/configs/${site.data.configs.verified}`);
    for (const name of ['Edit', 'Delete'])
      assert.equal(await page.getByRole('link', { name, exact: true }).count(), 0);
    await visit.open(`/configs/${site.data.configs.verified}/edit`, { status: 403 });
    await visit.open(`/configs/${site.data.configs.verified}/delete`, { status: 403 });
  });
});

test('change_keeps_the_secret_and_a_move_asks_for_it', () =>
  site.page({ statuses: [422] }, async (page, visit) => {
    const keyboard = new Keyboard(page);
    const path = `/configs/${site.data.configs.own}`;
    await visit.open(`${path}/edit`);
    await keyboard.fill('Name', 'Local Qwen 3');
    await keyboard.press('button', 'Save the changes');
    await keyboard.arrive('Local Qwen 3');
    await check(page, visit, 'Check now');

    await visit.open(`${path}/edit`);
    await keyboard.fill('Endpoint', 'https://elsewhere.example/v1');
    await keyboard.press('button', 'Save the changes');
    await page.getByText('Nothing was saved.').waitFor();
    await visit.inspect();
    const [{ endpoint }] = await find('Local Qwen 3');
    assert.equal(endpoint, site.provider.url);
  }));

test('change_of_what_another_person_changed_shows_both', () =>
  site.page({ statuses: [412] }, async (page, visit) => {
    const keyboard = new Keyboard(page);
    const {
      configs: { unchecked },
    } = site.data;
    await visit.open(`/configs/${unchecked}/edit`);
    await site.server.api('PUT', `/v1/llms/${unchecked}`, { displayName: 'New laptop' });
    await keyboard.fill('Name', 'Oldest laptop');
    await keyboard.press('button', 'Save the changes');
    const violations = page.locator('#violations');
    await violations.getByText('New laptop').waitFor();
    await violations.getByText('Oldest laptop').waitFor();
    await visit.inspect();
    assert.equal((await find('Oldest laptop')).length, 0);
  }));

test('configuration_is_deleted_after_a_question', () =>
  site.page({}, async (page, visit) => {
    const keyboard = new Keyboard(page);
    const [{ id }] = await find('shard-50');
    await visit.open(`/configs/${id}`);
    await keyboard.press('link', 'Delete');
    await keyboard.arrive('Delete Shard 50?');
    await keyboard.press('button', 'Delete it');
    await keyboard.arrive('Configurations');
    assert.deepEqual(await find('shard-50'), []);
    await visit.inspect();
  }));
