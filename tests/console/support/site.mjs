// A server with data, a provider and a browser, for the tests of one file.

import { startBrowser } from './browser.mjs';
import { PROVIDER_KEY, createData, secrets } from './data.mjs';
import { withPage } from './page.mjs';
import { startProvider } from './provider.mjs';
import { startServer } from './server.mjs';

/** Starts all of them. `flags` are those of the browser, `port` is that of the provider. */
export async function openSite({ settings, flags = [], port } = {}) {
  const provider = await startProvider(PROVIDER_KEY, port);
  const [server, browser] = await Promise.all([startServer(settings), startBrowser(...flags)]);
  const data = await createData(server, provider).catch(async (error) => {
    // Otherwise they would keep the test waiting.
    await browser.close();
    await server.stop();
    provider.stop();
    throw error;
  });
  const hidden = secrets(server, data);
  return {
    server,
    browser,
    data,
    provider,
    secrets: hidden,
    console: `${server.url}/console`,
    /** The access token of a person: `root`, or one of the data set. */
    token: (who) => (who === 'root' ? server.rootToken : data.people[who].token),
    /** Runs `use` with a page in a context of its own, and checks what it did; see `withPage`. */
    page(options, use) {
      return withPage(this, options, use);
    },
    async close() {
      await browser.close();
      await server.stop(hidden);
      provider.stop();
    },
  };
}
