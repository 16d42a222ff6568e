// A message that is hostile in every place: it must be shown as it is, and do nothing. Nothing runs, nothing is loaded from elsewhere,
// the policy is never touched, and exports hold no formulae.
// Arguments: base of the UI, password, id of the hostile campaign, directory for screenshots.
import { launch, signIn, csv, faults, tooWide } from './ui.mjs';
import assert from 'node:assert/strict';

const [, , ui, password, campaign, shots] = process.argv;
const browser = await launch();

async function walk(locale, scheme, width) {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, { locale, scheme, width });
  const visit = async (path, name) => {
    assert.equal((await page.goto(ui + path)).status(), 200, path);
    assert.equal(await page.evaluate(() => window.hacked), undefined, path);
    assert.equal(await page.locator('main img, main script, main base, main object, main embed').count(), 0, path);
    assert.equal(await page.locator('main a[href^="javascript"], main form[action^="http"]').count(), 0, path);
    const wide = await tooWide(page);
    assert.equal(wide, 0, `${path} is ${wide} px too wide`);
    assert.deepEqual(await faults(page), [], path);
    await page.screenshot({ path: `${shots}/hostile-${name}-${scheme}-${width}.png`, fullPage: true });
  };
  await visit('/campaigns', 'campaigns');
  assert.ok((await page.locator('main').innerText()).includes('<img src=x onerror=window.hacked=1>'), 'markup is shown as text');
  await visit(`/campaigns/id:${campaign}`, 'campaign');
  await visit(`/campaigns/id:${campaign}/contacts`, 'contacts');
  const messages = await page.locator('td a.bare').evaluateAll(links => links.map(link => new URL(link.href).pathname));
  const contacts = await page.locator('tbody th a.name').evaluateAll(links => links.map(link => new URL(link.href).pathname));
  assert.ok(messages.length >= 4, String(messages.length));
  await visit(`/contacts?campaigns=id:${campaign}`, 'matrix');
  for (const [i, path] of contacts.entries()) await visit(path, 'contact' + i);
  for (const [i, path] of messages.entries()) {
    await visit(path, 'message' + i);
    await page.evaluate(() => { for (const details of document.querySelectorAll('main details')) details.open = true; });
    assert.deepEqual(await faults(page), [], path + ' with everything opened');
    // The frame shows the mail and can do nothing.
    const frame = page.frames().find(frame => frame.url().endsWith('/html'));
    if (frame) {
      const style = await page.locator('iframe.preview').getAttribute('sandbox');
      assert.equal(style, '');
      const answer = await page.request.get(ui + path + '/html');
      assert.match(answer.headers()['content-security-policy'], /^sandbox; default-src 'none'/);
    }
  }
  for (const path of ['/queue', '/suppressions', '/settings', '/deliverability']) await visit(path, path.slice(1));
  await visit('/settings?q=pools', 'settings-force');
  assert.ok((await page.locator('#force').innerText()).includes('<img src=x onerror=window.hacked=1>'), 'settings are shown as they are written');
  // The own pixel of the mail was never asked for: whoever looks here counts as nobody.
  assert.deepEqual(complaints, [], `${locale} ${scheme} ${width}`);
  return page;
}

function harmless(rows) {
  for (const row of rows) for (const cell of row) assert.ok(!/^[=+\-@\t\r]/.test(cell) || /^-?[0-9.]+$/.test(cell), `a cell runs: ${cell}`);
}

try {
  const page = await walk('fr-FR', 'light', 1360);
  await walk('en-GB', 'dark', 390);
  for (const path of ['/campaigns', `/campaigns/id:${campaign}/contacts`, `/contacts?campaigns=id:${campaign}`, '/suppressions']) {
    await page.goto(ui + path);
    const rows = await csv(page, page.locator('a', { hasText: 'CSV' }).first());
    assert.ok(rows.length > 1, path);
    harmless(rows);
    assert.ok(rows.flat().some(cell => cell.startsWith("'=")), path + ' holds the formula as text');
  }
  console.log('hostile: done, 0 violations of the policy');
} finally {
  await browser.close();
}
