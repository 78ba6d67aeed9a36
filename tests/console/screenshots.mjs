// Writes the pictures of the documentation, in light and in dark colours: screenshots.mjs FOLDER
//
// The ports are those that a person has: 8080 for the server, and 8000 for the models, as vLLM has it.

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MODELS } from './support/provider.mjs';
import { PROVIDER_KEY } from './support/data.mjs';
import { openSite } from './support/site.mjs';

const [folder] = process.argv.slice(2);

/** The largest picture, in bytes: each is loaded with the page that shows it. */
const LARGEST = 150_000;

async function checkNewConfiguration(page) {
  await page.getByLabel('Name', { exact: true }).fill('Reviewer');
  await page.getByLabel('Provider', { exact: true }).selectOption('VLLM');
  await page.getByLabel('Endpoint', { exact: true }).fill('http://127.0.0.1:8000/v1');
  await page.getByLabel('Model', { exact: true }).fill(MODELS[3]);
  await page.getByLabel('Secret', { exact: true }).fill(PROVIDER_KEY);
  await page.getByText('Will be called').waitFor();
  await page.getByRole('button', { name: /^Check with the provider/ }).click();
  await page.locator('#verdict .state').waitFor();
  await page.getByText('A check costs no tokens').evaluate((hint) => hint.scrollIntoView({ block: 'end' }));
}

const PICTURES = [
  { name: 'console-home', path: () => '' },
  { name: 'console-configurations', path: () => '/configs' },
  { name: 'console-configuration', path: ({ configs }) => `/configs/${configs.own}` },
  { name: 'console-new-configuration', path: () => '/configs/new', prepare: checkNewConfiguration },
];

await mkdir(folder, { recursive: true });
const site = await openSite({ settings: { LLM_CONFIG_LISTEN: '127.0.0.1:8080' }, port: 8000 });
try {
  for (const theme of ['light', 'dark']) {
    for (const { name, path, prepare } of PICTURES) {
      await site.page({ theme, media: { reducedMotion: 'reduce' } }, async (page, visit) => {
        await visit.open(path(site.data));
        await prepare?.(page);
        const file = join(folder, `${name}-${theme}.png`);
        await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
        const { size } = await stat(file);
        if (size > LARGEST) throw new Error(`${file} has ${size} bytes`);
        console.log(`${file}: ${Math.round(size / 1000)} KB`);
      });
    }
  }
} finally {
  await site.close();
}
