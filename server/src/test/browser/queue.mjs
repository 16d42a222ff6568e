// The queue in use and rules on trial: mail waits behind a slow site, and leaves it before the reader's eyes; the site is held and released;
// other rules are tried on what was answered and seen, and what was typed stays where it was.
// Arguments: base of the UI, password, file of bounce rules that differ, file of robot rules that differ, directory for screenshots.
import { launch, signIn, faults, settle, tooWide } from './ui.mjs';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';

const [, , ui, password, bounces, robots, shots] = process.argv;
const browser = await launch();
const LOOKS = [
  { locale: 'fr-FR', scheme: 'light', width: 1360 },
  { locale: 'en-GB', scheme: 'dark', width: 390 },
];

async function picture(page, name, view) {
  await settle(page);
  const wide = await tooWide(page);
  assert.equal(wide, 0, `${name} is ${wide} px too wide`);
  assert.deepEqual(await faults(page), [], name);
  await page.screenshot({ path: `${shots}/${name}-${view.locale.slice(0, 2)}-${view.scheme}-${view.width}.png`, fullPage: true });
}

/** Whether something holds within some seconds. */
async function soon(what, check, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await check()) return;
    await new Promise(done => setTimeout(done, 200));
  }
  assert.fail(what);
}

async function queue(view) {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, view);
  await page.goto(ui + '/queue');
  const site = page.locator('tbody tr', { hasText: 'gmail.lab' }).first();
  const cell = kind => site.locator(`[data-cell^="${kind}-"]`);
  const number = async kind => Number((await cell(kind).innerText()).replace(/\D/g, '') || NaN);
  await site.waitFor();
  const before = await number('w');
  assert.ok(before > 0, `mail waits: ${before}`);
  // The rate is known once somebody has looked for some seconds; sixty a minute are allowed.
  await soon('a rate', async () => await number('p') > 0);
  await soon('a rate near what is allowed', async () => Math.abs(await number('p') - 60) < 30);
  await soon('less waits, without a reload', async () => await number('w') < before);
  console.log(`queue: ${before} waited, ${await number('w')} wait now, ${await number('p')} a minute`);
  await picture(page, 'queue-busy', view);
  page.removeAllListeners('dialog');
  page.on('dialog', dialog => dialog.accept());
  await site.locator('button[value=hold]').click();
  await site.locator('button[value=release]').waitFor();
  assert.equal(await site.locator('.state.missing').count(), 1);
  await picture(page, 'queue-held', view);
  await site.locator('button[value=release]').click();
  await site.locator('button[value=hold]').waitFor();
  assert.deepEqual(complaints, []);
}

async function trial(view) {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, view);
  const attempt = async (kind, rules, days) => {
    const form = page.locator('form.trial');
    await form.locator('select').selectOption(kind);
    await form.locator('textarea').fill(rules);
    await form.locator('input[name=days]').fill(days);
    await form.locator('button').click();
    await page.locator('#trial [role]').waitFor();
    // In sight, and not behind the header.
    assert.ok(await page.locator('#trial summary').evaluate(summary => {
      const box = summary.getBoundingClientRect();
      return summary.contains(document.elementFromPoint(box.left + 20, box.top + box.height / 2));
    }), 'is in sight');
    // What was typed is still there.
    assert.equal(await form.locator('select').inputValue(), kind);
    assert.equal((await form.locator('textarea').inputValue()).trim(), rules.trim());
    assert.equal(await form.locator('input[name=days]').inputValue(), days);
  };
  await page.goto(ui + '/settings');
  await page.locator('#trial summary').click();
  const own = readFileSync(bounces, 'utf8');
  await attempt('bounces', own, '3');
  const rows = page.locator('#trial tbody tr');
  assert.equal(await rows.count(), 1);
  const told = await rows.first().innerText();
  for (const word of view.locale.startsWith('fr') ? ['550', 'n’existe pas', 'est fermée'] : ['550', 'does not exist', 'is closed']) assert.ok(told.includes(word), word + ' in ' + told);
  await picture(page, 'trial-bounces', view);
  complaints.length = 0;
  await attempt('bounces', 'version: x\nby_code: [{ id: a, category: nonsense }]\n', '3');
  assert.match(await page.locator('#trial [role=alert]').innerText(), /nonsense/);
  await picture(page, 'trial-bad', view);
  assert.deepEqual(complaints.filter(text => !text.includes('422')), []);
  complaints.length = 0;
  await attempt('robots', readFileSync(robots, 'utf8'), '7');
  assert.match(await rows.first().innerText(), /une personne[^]*un robot|a person[^]*a robot/);
  await picture(page, 'trial-robots', view);
  // The rules in use rule as they ruled.
  await attempt('bounces', '', '7');
  assert.equal(await rows.count(), 0);
  // The other language is a way out of the page that the form led to, too.
  await page.locator('a.lang').click();
  await page.locator('#trial').waitFor();
  assert.deepEqual(complaints, []);
}

try {
  for (const view of LOOKS) await queue(view);
  for (const view of LOOKS) await trial(view);
  console.log('queue and trial: done');
} finally {
  await browser.close();
}
