// What a viewer, an operator and an administrator see, and may do.
// Arguments: base of the UI, password of admin.
import { launch, signIn } from './ui.mjs';
import assert from 'node:assert/strict';

const [, , ui, password] = process.argv;
const browser = await launch();

async function account(admin, name, role) {
  await admin.goto(ui + '/settings');
  const form = admin.locator('form', { has: admin.locator('button[value="account.add"]') });
  await form.locator('input[name=name]').fill(name);
  await form.locator('select[name=role]').selectOption(role);
  await form.locator('button').click();
  return (await admin.locator('.card.good code').innerText()).trim();
}

const count = async (page, path, selector) => {
  await page.goto(ui + path);
  return page.locator(selector).count();
};

/** What a form posts, with the token of this visitor. */
const post = (page, path, form) => page.evaluate(async ([to, fields]) => {
  const body = new URLSearchParams({ csrf: document.querySelector('input[name=csrf]').value, ...fields });
  return (await fetch(to, { method: 'POST', body, redirect: 'manual' })).status;
}, [path, form]);

const api = (page, method, path) => page.evaluate(async ([how, to]) => {
  const headers = { 'x-csrf-token': document.querySelector('input[name=csrf]').value };
  return (await fetch('/api/v1' + to, { method: how, headers, body: how === 'POST' ? '{}' : undefined })).status;
}, [method, path]);

const SCREENS = ['/campaigns', '/campaigns/id:1', '/campaigns/id:1/contacts', '/contacts', '/queue', '/deliverability', '/suppressions', '/settings', '/help', '/help/docs'];

async function reads(page) {
  for (const path of SCREENS) assert.equal((await page.goto(ui + path)).status(), 200, path);
}

async function contactOf(page) {
  await page.goto(ui + '/campaigns/id:1/contacts?status=hard_bounce');
  return page.locator('tbody th a.name').first().getAttribute('href');
}

try {
  const { page: admin } = await signIn(browser, ui, 'admin', password);
  const secrets = { viewer: await account(admin, 'vera', 'viewer'), operator: await account(admin, 'otto', 'operator') };
  const contact = await contactOf(admin);

  const { page: viewer, complaints } = await signIn(browser, ui, 'vera', secrets.viewer);
  await reads(viewer);
  assert.equal(await count(viewer, '/campaigns/id:1/contacts', '.bulk, td.tick'), 0);
  assert.equal(await count(viewer, '/suppressions', '.bulk, td.tick, main details.menu'), 0);
  assert.equal(await count(viewer, '/queue', 'td form'), 0);
  assert.equal(await count(viewer, contact, 'main form, #person'), 0);
  assert.equal(await count(viewer, '/settings', 'button[value^="account."], button[value^="key."], button[value^="credential."]'), 0);
  await viewer.goto(ui + '/settings');
  for (const [path, form] of [['/suppressions', { action: 'suppress', address: 'x@y.example' }], ['/queue', { action: 'hold', site: 'gmail.lab' }],
    ['/settings', { action: 'account.add', name: 'eve', role: 'admin' }], [contact + '/erase', {}]]) {
    assert.equal(await post(viewer, path, form), 403, path);
  }
  for (const [method, path] of [['POST', '/queue/hold'], ['GET', '/alerts'], ['GET', '/audit'], ['POST', '/keys/rotate']]) {
    assert.equal(await api(viewer, method, path), 403, path);
  }
  // Whatever a page may not do it was refused, and said so on the console; nothing else.
  assert.deepEqual(complaints.filter(text => !text.includes('403')), []);

  const { page: operator } = await signIn(browser, ui, 'otto', secrets.operator);
  await reads(operator);
  assert.ok(await count(operator, '/campaigns/id:1/contacts', '.bulk') > 0);
  assert.ok(await count(operator, '/suppressions', 'main details.menu') > 1);
  assert.equal(await count(operator, contact, '#person'), 0);
  assert.equal(await count(operator, '/settings', 'button[value^="account."], button[value^="credential."]'), 0);
  await operator.goto(ui + '/settings');
  assert.equal(await api(operator, 'GET', '/alerts'), 200);
  assert.equal(await api(operator, 'GET', '/audit'), 403);
  assert.equal(await post(operator, '/settings', { action: 'key.add', name: 'k', role: 'admin' }), 403);
  assert.equal(await post(operator, contact + '/erase', {}), 403);
  // He excludes a contact, and the page of exclusions says who did.
  await operator.goto(ui + '/suppressions');
  await operator.locator('summary', { hasText: 'Add' }).click();
  await operator.fill('textarea[name=addresses]', 'left@shop.example\nnot an address');
  await operator.locator('button[value=suppress]').click();
  await operator.getByText('not an address').first().waitFor();
  await operator.goto(ui + '/suppressions?q=left@shop');
  await operator.getByText('by otto').first().waitFor();
  // A list is imported, looked at first, and holds as a whole.
  await operator.goto(ui + '/suppressions');
  await operator.locator('summary', { hasText: 'Import' }).first().click();
  const lines = ['address,why', ...Array.from({ length: 4500 }, (_, i) => `import${i}@old.example,left`), 'bad@@old.example'];
  await operator.locator('#import input[type=file]').setInputFiles({ name: 'old.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\r\n')) });
  operator.removeAllListeners('dialog');
  let asked = '';
  operator.on('dialog', dialog => { asked = dialog.message(); dialog.accept(); });
  await operator.locator('#import button').click();
  await operator.getByText('4,500 addresses are excluded now.').waitFor();
  assert.match(asked, /4,500 new addresses, 0 excluded already/);
  await operator.goto(ui + '/suppressions?q=import4499');
  await operator.getByText('import4499@old.example').waitFor();
  await operator.locator('summary', { hasText: 'Latest imports' }).click();
  await operator.getByText('4,500 addresses').first().waitFor();

  // The administrator erases a person, once the address is typed; it is gone from the lists.
  await admin.goto(ui + contact);
  const address = (await admin.locator('h1').innerText()).trim();
  await admin.locator('#person summary').click();
  await admin.fill('#person input[name=confirm]', 'somebody@else.example');
  await admin.locator('#person button.danger').click();
  await admin.getByText('Nothing was erased').waitFor();
  await admin.fill('#person input[name=confirm]', address);
  await admin.locator('#person button.danger').click();
  await admin.waitForURL('**/contacts*');
  assert.equal(await count(admin, '/contacts?campaigns=id:0&q=' + encodeURIComponent(address), 'tbody tr'), 0);
  // All of it is in the log, with who did it.
  await admin.goto(ui + '/settings');
  const log = await admin.locator('table', { hasText: 'contact.erase' }).last().innerText();
  for (const action of ['login', 'account.add', 'suppression.add', 'suppression.import', 'contact.erase']) assert.ok(log.includes(action), action);
  assert.ok(log.includes('otto'));
  assert.ok(!log.includes(address), 'the erased address is not repeated');
  console.log('roles: done');
} finally {
  await browser.close();
}
