// What pages export they import again: exclusions with odd addresses and words, and a list of contacts in the reader's language.
// Arguments: base of the UI, password.
import { launch, signIn } from './ui.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';

const [, , ui, password] = process.argv;
const browser = await launch();
const ODD = ['=1+1@odd.example', '+44@odd.example', '-x@odd.example', "'=2@odd.example", "'quoted@odd.example", '"a b"@odd.example',
  '"a,b;c"@odd.example', '"say \\"hi\\""@odd.example', "o'neill@odd.example", 'été@odd.example', 'a@xn--bcher-kva.example'];
const WHY = 'asked, "twice"; =1+1 \u202e';

const listed = async page => {
  await page.goto(ui + '/suppressions');
  return (await page.locator('tbody th').allInnerTexts()).map(text => text.trim()).sort();
};
// Words of a reason stand in an element that is closed, which has no inner text.
const whys = async page => (await page.locator('tbody td.reply code').allTextContents()).sort();

async function exported(page, path) {
  await page.goto(ui + path);
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href*="format=csv"]').click()]);
  return download.path();
}

async function imported(page, file) {
  await page.goto(ui + '/suppressions');
  const asked = [];
  page.removeAllListeners('dialog');
  page.on('dialog', dialog => { asked.push(dialog.message()); dialog.accept(); });
  await page.locator('details:has(#import) > summary').click();
  await page.locator('#import input[type=file]').setInputFiles(file);
  await page.locator('#import button').click();
  await page.locator('#import [role=status]').filter({ hasText: /excluded now|désormais exclues|no address|aucune adresse|broken off|interrompue/ }).waitFor();
  return { asked, told: await page.locator('#import [role=status]').innerText() };
}

async function lifted(page, addresses) {
  for (const address of addresses) {
    const answer = await page.request.post(ui + '/suppressions', {
      form: { csrf: await page.locator('#import').getAttribute('data-csrf'), action: 'lift', address }, headers: { origin: ui } });
    assert.equal(answer.status(), 200);
  }
}

/** An entry that is older than its lifting changes nothing: the same file as if it had been written now. */
function renewed(file) {
  const newer = file + '-newer.csv';
  const text = readFileSync(file, 'utf8').replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, `"${new Date().toISOString()}"`);
  writeFileSync(newer, text);
  return newer;
}

async function roundTrip(locale) {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, { locale });
  await page.goto(ui + '/suppressions');
  await page.locator('details:has(textarea[name=addresses]) summary').click();
  await page.fill('textarea[name=addresses]', ODD.join('\n'));
  await page.locator('form:has(textarea[name=addresses]) input[name=why]').fill(WHY);
  await Promise.all([page.waitForResponse(answer => answer.request().method() === 'POST'),
    page.locator('button[value=suppress]').click()]);
  const before = await listed(page);
  assert.equal(before.length, ODD.length, before.join(' '));
  const reasons = await whys(page);
  assert.equal(reasons.filter(why => why.includes('twice')).length, ODD.length, reasons.join(' '));
  const file = await exported(page, '/suppressions');
  await lifted(page, before);
  assert.deepEqual(await listed(page), []);
  const older = await imported(page, file);
  assert.match(older.asked[0], /are older than|sont antérieures/);
  assert.match(older.told, /^0 /, older.told);
  assert.deepEqual(await listed(page), []);
  const { asked, told: all } = await imported(page, renewed(file));
  assert.equal(asked.length, 1, 'it asks once');
  assert.ok(!/hold no address|sans adresse|are older than|sont antérieures/.test(asked[0]), asked[0]);
  assert.match(all, new RegExp(`^${ODD.length} `), all);
  assert.deepEqual(await listed(page), before);
  assert.deepEqual(await whys(page), reasons);
  await lifted(page, before);
  // The list of contacts, in this language, as exclusions.
  const contacts = await exported(page, '/contacts');
  const { told } = await imported(page, contacts);
  assert.match(told, /\b3\b/, told);
  const held = await listed(page);
  assert.equal(held.length, 3, held.join(' '));
  await lifted(page, held);
  assert.deepEqual(complaints, []);
  await page.context().close();
}

try {
  await roundTrip('en-GB');
  await roundTrip('fr-FR');
  console.log(`csv: done with ${ODD.length} odd addresses in two languages`);
} finally {
  await browser.close();
}
