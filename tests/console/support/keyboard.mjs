// A person with a keyboard and no mouse.

import assert from 'node:assert/strict';

/** The most presses of Tab until a page is left. */
const MOST = 150;

/** Whether the focus of an element can be seen: runs in the page. */
function hasVisibleFocus(element) {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return (
    element.matches(':focus-visible') &&
    outlineStyle !== 'none' &&
    parseFloat(outlineWidth) >= 2 &&
    box.height > 0
  );
}

/** Asserts that a condition holds within a second. */
async function expectSoon(condition, message) {
  const end = Date.now() + 1000;
  while (!(await condition())) {
    assert.ok(Date.now() < end, message);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The keyboard of a page. Elements are named as a screen reader names them. */
export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Presses Tab until an element has the focus. */
  async reach(role, name, options = {}) {
    await this.#reach(this.page.getByRole(role, { name, exact: true, ...options }), `${role} ${name}`);
  }

  async #reach(target, what) {
    await target.first().waitFor();
    for (let presses = 0; presses < MOST; presses += 1) {
      const [focused] = await target.evaluateAll((elements) =>
        elements.filter((one) => one === document.activeElement).map((one) => one.tagName),
      );
      if (focused) {
        // Not at once: a response may be replacing the element, which keeps the focus.
        await expectSoon(
          () => this.page.locator(':focus').evaluate(hasVisibleFocus),
          `the focus on ${what} can be seen`,
        );
        return;
      }
      await this.page.keyboard.press('Tab');
    }
    assert.fail(`${what} cannot be reached with Tab at ${this.page.url()}`);
  }

  /** Presses a button, or follows a link. */
  async press(role, name, options) {
    await this.reach(role, name, options);
    await this.page.keyboard.press('Enter');
  }

  /** Replaces the text of a field. */
  async fill(label, text) {
    await this.#reach(this.page.getByLabel(label, { exact: true }), label);
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.type(text);
  }

  /** Chooses an option of a list by its first letters. */
  async select(label, option) {
    await this.#reach(this.page.getByLabel(label, { exact: true }), label);
    await this.page.keyboard.type(option);
  }

  /** Ticks a checkbox, or unticks it. */
  async tick(name) {
    await this.reach('checkbox', name, { exact: false });
    await this.page.keyboard.press('Space');
  }

  /** Chooses one of a group of radio buttons: Tab reaches the group, the arrows move within it. */
  async choose(name) {
    const target = this.page.getByRole('radio', { name, exact: typeof name === 'string' });
    const group = await target.getAttribute('name');
    await this.#reach(this.page.locator(`input[type=radio][name="${group}"]`), `the group of ${name}`);
    for (let presses = 0; presses < 20 && !(await target.isChecked()); presses += 1) {
      await this.page.keyboard.press('ArrowDown');
    }
    assert.ok(await target.isChecked(), name);
  }

  /** Waits until a page with this heading is there. */
  async arrive(heading) {
    await this.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  }
}
