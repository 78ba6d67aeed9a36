// What an administrator does with people and workspaces, with the keyboard alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Keyboard } from './support/keyboard.mjs';
import { openSite } from './support/site.mjs';

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

for (const scripts of [true, false]) {
  const suffix = scripts ? '' : ' without scripts';

  test(`workspace_is_created_shared_and_deleted${suffix}`, () =>
    site.page({ scripts }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      const name = `Translation${suffix}`;
      await visit.open('/workspaces');
      await keyboard.fill('Name', name);
      await keyboard.press('button', 'Create');
      await page.getByText('The workspace is created.').waitFor();
      await visit.open('/workspaces');
      await keyboard.press('link', name);
      await keyboard.arrive(name);

      await keyboard.fill('E-mail', 'cy@example.com');
      await keyboard.select('Role', 'Editor');
      await keyboard.press('button', 'Add');
      await page.getByText('The member is saved.').waitFor();
      const role = page.getByLabel('Role of cy@example.com');
      assert.equal(await role.inputValue(), 'WRITE');
      await visit.inspect();
      await keyboard.select('Role of cy@example.com', 'Reader');
      await keyboard.press('button', 'Save the role of cy@example.com');
      await page.getByText('The member is saved.').waitFor();
      assert.equal(await role.inputValue(), 'READ');
      await keyboard.press('button', 'Remove cy@example.com');
      await page.getByText('The member is removed.').waitFor();
      assert.equal(await role.count(), 0);

      await keyboard.fill('Name', `${name} 2`);
      await keyboard.press('button', 'Rename');
      await keyboard.arrive(`${name} 2`);
      await keyboard.press('link', 'Delete');
      await keyboard.arrive('Delete this workspace?');
      await keyboard.press('button', 'Delete the workspace');
      await page.getByText('The workspace is deleted.').waitFor();
      await visit.inspect();
    }));

  test(`person_is_added_found_changed_and_deleted${suffix}`, () =>
    site.page({ scripts }, async (page, visit) => {
      const keyboard = new Keyboard(page);
      await visit.open('/people');
      await keyboard.press('link', 'Add a person');
      await keyboard.arrive('Add a person');
      await keyboard.fill('E-mail', 'eve@example.com');
      await keyboard.fill('First name', 'Eve');
      await keyboard.fill('Last name', 'Ek');
      await keyboard.choose(/^User/);
      await keyboard.press('button', 'Add');
      await page.getByText('The person is added.').waitFor();

      await visit.open('/people');
      // The key that moves the focus to the search needs scripts.
      if (scripts) await page.keyboard.press('/');
      else await keyboard.reach('searchbox', 'Name or e-mail');
      await page.keyboard.type('eve@');
      await page.keyboard.press('Enter');
      await page.getByText('1 person').waitFor();
      await keyboard.press('link', 'Eve Ek');
      await keyboard.arrive('Eve Ek');
      await keyboard.fill('Last name', 'Eklund');
      await keyboard.choose(/^Workspace manager/);
      await keyboard.press('button', 'Save');
      await keyboard.arrive('Eve Eklund');
      await page.getByText('The changes are saved.').waitFor();
      await visit.inspect();
      await keyboard.press('link', 'Delete');
      await keyboard.arrive('Delete this person?');
      await keyboard.press('button', 'Delete the person');
      await page.getByText('The person and their tokens are deleted.').waitFor();
    }));
}

test('errors_of_a_form_stand_at_their_fields', () =>
  site.page({ scripts: false, statuses: [422] }, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open('/people/new');
    await keyboard.fill('E-mail', 'bob@example.com');
    await keyboard.fill('First name', 'x'.repeat(300));
    await keyboard.fill('Last name', 'Berg');
    await keyboard.choose(/^User/);
    await keyboard.press('button', 'Add');
    await page.getByText('Nothing was saved.').waitFor();
    const field = page.getByLabel('First name');
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    assert.equal(await page.getByLabel('E-mail').inputValue(), 'bob@example.com', 'what was typed stays');
    await keyboard.press('link', 'First name');
    await page.keyboard.press('Tab');
    await visit.inspect();
  }));

test('workspace_with_configurations_is_kept_and_says_why', () =>
  site.page({ statuses: [409] }, async (page, visit) => {
    const keyboard = new Keyboard(page);
    await visit.open(`/workspaces/${site.data.workspaces.research}/delete`);
    await keyboard.press('button', 'Delete the workspace');
    await keyboard.arrive('It is still in use');
    await visit.inspect();
  }));
