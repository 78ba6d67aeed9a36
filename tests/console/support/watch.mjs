// Notes everything that no page of the console may do, for all pages of a browser context.

/** The headers of each response of the console. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Whether a response has no body: a redirect, also one that a script follows, or the end of an action. */
const isBodiless = (response) =>
  [204, 303, 304].includes(response.status()) || 'hx-redirect' in response.headers();

/** Whether a response is a file of the program, which is the same for everyone. */
const isFile = (response) => new URL(response.url()).pathname.startsWith('/console/assets/') && response.ok();

function faultsOfHeaders(response) {
  const headers = response.headers();
  const expected = {
    ...HEADERS,
    'cache-control': isFile(response) ? 'public, max-age=31536000, immutable' : 'no-store',
  };
  return Object.entries(expected)
    .filter(([name, value]) => headers[name] !== value)
    .map(([name, value]) => `${response.url()} has ${name}: ${headers[name]} instead of ${value}`);
}

/** Notes what the pages of a context do. `statuses` are those of errors that the test provokes. */
export class Watch {
  #faults = [];
  #bodies = [];

  constructor(context, { origin, secrets, statuses }) {
    context.on('console', (message) => this.#message(message, statuses));
    context.on('weberror', (error) => this.#faults.push(`exception: ${error.error()}`));
    context.on('dialog', (dialog) => {
      this.#faults.push(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    context.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`)) this.#faults.push(`request of another origin: ${url}`);
      if (secrets.some((secret) => url.includes(secret)))
        this.#faults.push(`secret in a URL of ${request.method()}`);
    });
    context.on('response', (response) => {
      if (!response.url().startsWith(`${origin}/console`)) return;
      this.#faults.push(...faultsOfHeaders(response));
      if (response.status() >= 500) this.#faults.push(`${response.status()} of ${response.url()}`);
      if (!isBodiless(response) && !isFile(response)) this.#bodies.push(this.#body(response, secrets));
    });
  }

  #message(message, statuses) {
    if (!['error', 'warning'].includes(message.type())) return;
    // The browser's own line about the status of a response.
    const status = /^Failed to load resource: .* status of (\d+)/.exec(message.text())?.[1];
    if (status && statuses.includes(Number(status))) return;
    const page = message.page();
    const fault = `${message.type()} on the console of ${page?.url()}: ${message.text()}`;
    if (page && message.text().includes('Failed to fetch')) {
      this.#bodies.push(this.#fetchOfLeftPage(page, fault));
    } else {
      this.#faults.push(fault);
    }
  }

  /** A page that is left while a draft is checked ends that request. */
  async #fetchOfLeftPage(page, fault) {
    await page.waitForEvent('framenavigated', { timeout: 5000 }).catch(() => this.#faults.push(fault));
  }

  async #body(response, secrets) {
    const isPage = response.request().isNavigationRequest();
    const page = isPage ? response.url() : response.frame().url();
    const body = await response.text().catch((error) => {
      // A page that is left, at once by the script of a login link or while a draft is checked, takes its bodies along.
      const isLeft = response.frame().url() !== page;
      if (!isLeft) this.#faults.push(`the body of ${response.url()} cannot be read: ${error.message}`);
      return '';
    });
    if (secrets.some((secret) => body.includes(secret))) this.#faults.push(`secret in ${response.url()}`);
  }

  /** A fault that another check has found. */
  add(fault) {
    this.#faults.push(fault);
  }

  /** Waits until every response so far is read. A page that is left before takes them along. */
  async settle() {
    await Promise.all(this.#bodies.splice(0));
  }

  /** The faults, each once. */
  async faults() {
    await this.settle();
    return [...new Set(this.#faults)];
  }
}
