// The page of a test: a browser context of its own, watched for everything that no page of the console may
// do.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { AXE } from './modules.mjs';
import { COOKIE } from './server.mjs';
import { Watch } from './watch.mjs';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What every page has, whatever it is about: runs in the page. */
function faultsOfDocument() {
  const faults = [];
  const headings = document.querySelectorAll('h1').length;
  if (headings !== 1) faults.push(`${headings} elements h1`);
  if (!document.documentElement.lang) faults.push('no lang');
  if (!document.title.trim()) faults.push('no title');
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`${scrollWidth} px wide in a window of ${clientWidth} px`);
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`the id ${id} twice`);
  return faults;
}

/** Reports of the content security policy, which a page could cause without a line on the console. */
function reportViolations() {
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    console.error(`violates ${violatedDirective}: ${blockedURI}`);
  });
}

/**
 * Replaces the timers of a page, which do not run while scripts are off. Axe gives way to the page by
 * timers.
 */
function replaceTimers() {
  window.setTimeout = (callback, wait, ...values) => {
    // A long one is a time-out, which must not come before its time.
    if (!wait) Promise.resolve().then(() => callback(...values));
    return 0;
  };
}

async function violations(page, scripts) {
  if (!scripts) await page.evaluate(replaceTimers);
  await page.evaluate(AXE);
  const { found, passed } = await page.evaluate(async (values) => {
    const result = await window.axe.run(document, { runOnly: { type: 'tag', values }, preload: false });
    return { found: result.violations, passed: result.passes.map(({ id }) => id) };
  }, RULES);
  assert.ok(passed.includes('color-contrast') && passed.includes('heading-order'), `axe has run: ${passed}`);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => {
      return `axe ${id}: ${help}: ${html} ${failureSummary.replaceAll(/\s+/g, ' ')}`;
    }),
  );
}

/** Writes pictures of the pages of a failed test into the folder that CONSOLE_FAILURES names. */
async function keepPages(context, error) {
  const folder = process.env.CONSOLE_FAILURES;
  if (!folder) return;
  for (const page of context.pages()) {
    const path = join(folder, `${Date.now()}.png`);
    await page.screenshot({ path, fullPage: true });
    error.message += `\nThe page at ${page.url()}: ${path}`;
  }
}

/**
 * Runs `use(page, visit)` with a new page, and fails if a page did what it may not do.
 *
 * - `as`: who is signed in; `null` for no session
 * - `theme`, `scripts`, `width`: the dimensions of the matrix; `media`: other preferences of the system
 * - `statuses`: the statuses of errors that the test provokes
 *
 * `visit.inspect()` checks the page that is shown, with axe; `visit.open(path)` opens one and checks it.
 */
export async function withPage(site, options, use) {
  const { as = 'root', theme = 'light', scripts = true, width = 1280, media = {}, statuses = [] } = options;
  const context = await site.browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: theme,
    javaScriptEnabled: scripts,
    ...media,
  });
  try {
    if (as) await context.addCookies([cookie(site.server.url, await site.server.signIn(site.token(as)))]);
    await context.addInitScript(reportViolations);
    const watch = new Watch(context, { origin: site.server.url, secrets: site.secrets, statuses });
    const page = await context.newPage();
    // A wait that never ends says where it waited.
    page.setDefaultTimeout(30_000);
    const visit = {
      context,
      watch,
      async inspect({ axe = true } = {}) {
        const form = `${theme}, ${width} px, scripts ${scripts ? 'on' : 'off'}`;
        const where = `${page.url().slice(site.server.url.length)} (${form})`;
        const found = await page.evaluate(faultsOfDocument);
        if (axe) found.push(...(await violations(page, scripts)));
        const text = await page.content();
        if (site.secrets.some((secret) => text.includes(secret))) found.push('a secret');
        for (const fault of found) watch.add(`${where}: ${fault}`);
      },
      async open(path, { status = 200, axe = true } = {}) {
        await watch.settle();
        const response = await page.goto(`${site.console}${path}`);
        assert.equal(response.status(), status, `${path} as ${as}`);
        await visit.inspect({ axe });
        return response;
      },
    };
    await use(page, visit);
    assert.deepEqual(await watch.faults(), []);
  } catch (error) {
    await keepPages(context, error);
    throw error;
  } finally {
    await context.close();
  }
}

/** The session cookie as the browser keeps it. */
export function cookie(url, value) {
  const { hostname } = new URL(url);
  return { name: COOKIE, value, domain: hostname, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' };
}
