// The whole story in both languages: a campaign is sent, some of it bounces, a reader opens it in Chromium and follows its link,
// the next campaign leaves out who bounced; an admin sees all of it without a reload, filters, chooses columns, and exports.
// Arguments: file with the mail's HTML, base of the UI, password, directory for screenshots.
import { launch, open, signIn, reader, csv } from './ui.mjs';
import assert from 'node:assert/strict';

const [, , mailFile, ui, password, shots] = process.argv;
const browser = await launch();

const FRENCH = {
  locale: 'fr-FR', campaigns: 'Campagnes', contacts: 'Mes contacts', columns: 'Colonnes', choose: 'Campagnes email', show: 'Afficher',
  sent: 'Expédié', sending: 'Envoi en cours', opened: 'Ouvert', clicked: 'Cliqué', hard: 'Rebond définitif', soft: 'Rebond temporaire',
  abandoned: 'Abandonné',
};
const ENGLISH = {
  locale: 'en-GB', campaigns: 'Campaigns', contacts: 'My contacts', columns: 'Columns', choose: 'Email campaigns', show: 'Show',
  sent: 'Sent', sending: 'Sending', opened: 'Opened', clicked: 'Clicked', hard: 'Hard bounce', soft: 'Soft bounce', abandoned: 'Abandoned',
};

const row = (page, name) => page.locator('tbody tr').filter({ has: page.getByRole('link', { name, exact: true }) });
const column = (page, name) => page.locator('th.column').filter({ has: page.locator('.sorter', { hasText: new RegExp(`^${name}$`) }) });
const share = (page, campaign, status) => row(page, campaign).locator(`a[href*="status=${status}"]`);

/** The status changes before the reader's eyes, within two seconds of what caused it. */
async function live() {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, FRENCH);
  await row(page, 'printemps').waitFor();
  // The stream is there before anything happens.
  await page.locator('#fresh.on').waitFor();
  const click = await reader(browser, mailFile);
  await share(page, 'printemps', 'opened').waitFor();
  await click();
  const begin = Date.now();
  await share(page, 'printemps', 'clicked').waitFor();
  const took = Date.now() - begin;
  console.log(`live: clicked is shown ${took} ms after the click, without a reload`);
  assert.ok(took < 2000, `${took} ms`);
  assert.deepEqual(complaints, []);
}

async function story(words) {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, { locale: words.locale });
  // Home: the statuses of the product, each with its share and count.
  await page.getByRole('heading', { name: words.campaigns, exact: true }).waitFor();
  for (const status of [words.sent, words.sending, words.opened, words.clicked, words.hard, words.soft, words.abandoned]) {
    assert.ok(await page.locator('thead', { hasText: status }).count(), status);
  }
  assert.match(await share(page, 'printemps', 'hard_bounce').innerText(), /20([.,]0)?\s?%\s*1/);
  assert.match(await share(page, 'été', 'abandoned').innerText(), /50([.,]0)?\s?%\s*1/);
  // A click on a share shows who is behind it, with the reason; the filter is in the address.
  await share(page, 'printemps', 'hard_bounce').click();
  await page.waitForURL('**/contacts?*status=hard_bounce*');
  await page.getByText('unknown.bert@outlook.lab').first().waitFor();
  assert.equal(await page.locator('tbody tr').count(), 1);
  await page.locator('td.reply summary').first().click();
  assert.match(await page.locator('td.reply code').first().innerText(), /5\d\d/);
  await page.screenshot({ path: `${shots}/story-${words.locale}-bounced.png` });
  // Statuses are chips: another one is a click away.
  await page.locator('nav.chips a', { hasText: words.clicked }).click();
  await page.getByText('ok.chromium@gmail.lab').first().waitFor();
  // His message tells the whole course.
  await page.locator('td a.bare').first().click();
  await page.waitForURL('**/messages/*');
  assert.ok(await page.locator('.timeline li').count() >= 4);
  // Columns > Email campaigns: two campaigns, side by side, in the chosen order.
  await page.getByRole('link', { name: words.contacts, exact: true }).click();
  await page.locator('#columns summary').click();
  assert.match(await page.locator('#columns summary').innerText(), new RegExp(words.columns + '[^]*' + words.choose));
  await page.fill('#columns input[type=search]', 'print');
  await page.locator('#choices li:visible').first().waitFor();
  assert.equal(await page.locator('#choices li:visible').count(), 1);
  await page.fill('#columns input[type=search]', '');
  for (const name of ['printemps', 'été']) await page.locator('#choices li').filter({ has: page.getByText(name, { exact: true }) }).locator('input').check();
  // By keyboard: the column goes up or down by Alt and an arrow.
  const names = () => page.locator('#choices li .name').allInnerTexts();
  const before = await names();
  await page.locator('#choices li').first().locator('input').focus();
  await page.keyboard.press('Alt+ArrowDown');
  assert.deepEqual(await names(), [...before].reverse());
  await page.getByRole('button', { name: words.show }).click();
  await page.waitForURL('**/contacts?*campaigns=*');
  const heads = await page.locator('th.column .sorter').allInnerTexts();
  assert.deepEqual(heads, [...before].reverse());
  const bert = row(page, 'unknown.bert@outlook.lab');
  assert.match(await bert.innerText(), new RegExp(words.hard));
  assert.match(await bert.innerText(), new RegExp(words.abandoned));
  await page.screenshot({ path: `${shots}/story-${words.locale}-columns.png` });
  // Hard bounce in the one and not delivered in the other.
  const wish = async (campaign, value) => {
    await Promise.all([page.waitForURL(url => decodeURIComponent(url.search).includes('=' + value)),
      column(page, campaign).locator('select').selectOption(value)]);
  };
  await wish('printemps', 'hard_bounce');
  await wish('été', '!sent');
  assert.deepEqual(await page.locator('tbody th').allInnerTexts(), ['unknown.bert@outlook.lab']);
  // Exported just as shown.
  const rows = await csv(page, page.locator('a', { hasText: 'CSV' }));
  assert.equal(rows.length, 2);
  assert.deepEqual(rows[0].slice(-2), heads);
  assert.equal(rows[1][0], 'unknown.bert@outlook.lab');
  assert.deepEqual(rows[1].slice(-2).sort(), [words.abandoned, words.hard].sort());
  // The columns are remembered.
  await page.goto(ui + '/contacts');
  assert.deepEqual(await page.locator('th.column .sorter').allInnerTexts(), heads);
  assert.deepEqual(complaints, []);
}

/** Without script every page can be read, and its forms work. */
async function withoutScript() {
  const { page } = await signIn(browser, ui, 'admin', password, { script: false });
  await share(page, 'printemps', 'clicked').click();
  await page.getByText('ok.chromium@gmail.lab').first().waitFor();
  await page.fill('input[name=q]', 'nobody');
  await page.click('.filters button');
  assert.equal(await page.locator('tbody tr').count(), 0);
  for (const path of ['contacts?campaigns=id:1,id:2', 'queue', 'deliverability', 'suppressions', 'settings', 'help']) {
    assert.equal((await page.goto(`${ui}/${path}`)).status(), 200);
    assert.ok((await page.locator('main').innerText()).length > 100, path);
  }
}

/** Where the stream is refused, the page asks again by itself, and says how old it is. */
async function polling() {
  const { page, complaints } = await open(browser, ui, {});
  await page.clock.install();
  await page.route('**/live', route => route.fulfill({ status: 503 }));
  await page.goto(ui + '/login');
  await page.fill('input[name=name]', 'admin');
  await page.fill('input[name=password]', password);
  await page.click('main button');
  await row(page, 'printemps').waitFor();
  let asked = false;
  page.on('request', request => { asked ||= request.headers()['hx-request'] === 'true'; });
  // The refusal of the stream takes real time, the wait of the page does not.
  for (let i = 0; i < 50 && !asked; i++) {
    await page.clock.runFor(15_100);
    await new Promise(done => setTimeout(done, 100));
  }
  assert.ok(asked, 'the page asks again');
  await page.clock.runFor(3_000);
  assert.ok((await page.locator('.fresh-text').innerText()).length > 0);
  assert.deepEqual(complaints.filter(text => !text.includes('503')), []);
}

/** The keyboard alone: past the header, to the search, and to a campaign. */
async function keyboard() {
  const { page } = await signIn(browser, ui, 'admin', password, {});
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'q');
  // The subject of both campaigns is Printemps: the name tells them apart.
  await page.keyboard.type('été');
  await page.keyboard.press('Enter');
  await page.waitForURL(url => url.searchParams.get('q') === 'été');
  await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' });
  assert.equal(await page.locator('tbody tr').count(), 1);
}

try {
  await live();
  await story(FRENCH);
  await story(ENGLISH);
  await withoutScript();
  await polling();
  await keyboard();
  console.log('story: done');
} finally {
  await browser.close();
}
