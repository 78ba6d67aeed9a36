// Each page in each form in which a person may see it: light and dark, with and without scripts, on a wide
// and on a narrow window. In each, axe finds nothing and the page does nothing that it may not do.
//
// Every page is opened in its usual form with each of its queries, and in one of the other forms with the
// first, so that all pages together see every form. CONSOLE_MATRIX=all opens everything in every form.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PAGES, paths } from './pages.mjs';
import { openSite } from './support/site.mjs';

const isComplete = process.env.CONSOLE_MATRIX === 'all';

const forms = [true, false].flatMap((scripts) => {
  return ['light', 'dark'].flatMap((theme) => [1280, 320].map((width) => ({ theme, scripts, width })));
});
const [usual, ...others] = [
  ...forms,
  { media: { forcedColors: 'active' } },
  { media: { reducedMotion: 'reduce' }, theme: 'dark', width: 640 },
];

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

for (const [index, page] of PAGES.entries()) {
  const more = isComplete ? others : [others[index % others.length]];
  for (const form of [usual, ...more]) {
    const name = Object.entries({ ...form, ...form.media })
      .filter(([key]) => key !== 'media')
      .flat()
      .join(' ');
    test(`${page.route}, ${name}`, () =>
      site.page({ ...form, as: page.as }, async (_, visit) => {
        const opened = paths(page, site.data);
        for (const path of isComplete || form === usual ? opened : opened.slice(0, 1)) await visit.open(path);
      }));
  }
}

test('pages_for_person_without_rights_show_or_refuse', () =>
  site.page({ as: 'cy', statuses: [403, 404] }, async (page, visit) => {
    for (const path of PAGES.flatMap((listed) => paths(listed, site.data))) {
      await visit.watch.settle();
      const response = await page.goto(`${site.console}${path}`);
      assert.ok([200, 403, 404].includes(response.status()), `${path}: ${response.status()}`);
      await visit.inspect({ axe: isComplete });
    }
  }));

test('pages_without_session_lead_to_sign_in_and_back', () =>
  site.page({ as: null }, async (page, visit) => {
    for (const { route, as, ...rest } of PAGES) {
      if (as === null) continue;
      const [path] = paths({ route, ...rest }, site.data);
      await visit.watch.settle();
      await page.goto(`${site.console}${path}`);
      const url = new URL(page.url());
      assert.deepEqual([url.pathname, url.searchParams.get('next')], ['/console/login', `/console${path}`]);
    }
  }));

test('page_that_does_not_exist_says_so', () =>
  site.page({ statuses: [404] }, async (_, visit) => {
    await visit.open('/nothing', { status: 404 });
    await visit.open('/workspaces/not-an-id', { status: 404 });
    await visit.open('/people/01890000-0000-7000-8000-000000000000', { status: 404 });
  }));
