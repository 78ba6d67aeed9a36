// The two packages of the tests. `run.sh` installs them outside of the sources and names the folder in
// CONSOLE_MODULES.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.CONSOLE_MODULES}/`);

export const { chromium } = require('playwright-core');

/**
 * The text of axe-core, which a test evaluates in a page. A script element would violate the page's policy.
 */
export const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
