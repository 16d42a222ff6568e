// A campaign whose readers are only counted: one loads its pixel and follows its link in Chromium, the campaign shows how often that
// happened, and nobody's name stands beside it.
// Arguments: file with the mail's HTML, base of the UI, password, directory for screenshots.
import { launch, signIn, reader, faults } from './ui.mjs';
import assert from 'node:assert/strict';

const [, , mailFile, ui, password, shots] = process.argv;
const browser = await launch();

const FRENCH = {
  locale: 'fr-FR', scheme: 'light', width: 1360, opens: n => `Ouvertures comptées sans nom : ${n}, et 0 de robots`,
  made: '1 lien suivi · avec pixel', sent: 'Expédié', opened: 'Ouvert', clicked: 'Cliqué', shown: ['Accepté', 'Préparé avec suivi', 'Remis'],
};
const ENGLISH = {
  locale: 'en-GB', scheme: 'dark', width: 390, opens: n => `Opens counted without names: ${n}, and 0 by robots`,
  made: '1 tracked link · with pixel', sent: 'Sent', opened: 'Opened', clicked: 'Clicked', shown: ['Accepted', 'Prepared with tracking', 'Delivered'],
};

const cells = page => page.locator('tr').filter({ hasText: 'https://shop.example/a?b=1&c=2#d' }).locator('td.num').allInnerTexts();
const status = async (page, name) => (await page.locator('nav.chips a', { hasText: name }).innerText()).match(/(\d+)\s*$/)[1];

async function campaign(words) {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, words);
  await page.getByRole('link', { name: 'compte', exact: true }).first().click();
  await page.waitForURL('**/campaigns/*');
  return { page, complaints };
}

/** What is counted comes up before the eyes of who looks at the campaign. */
async function counted() {
  const { page, complaints } = await campaign(FRENCH);
  await page.locator('#fresh.on').waitFor();
  assert.equal(await page.getByText(FRENCH.opens(1)).count(), 0);
  const click = await reader(browser, mailFile);
  await page.getByText(FRENCH.opens(1)).waitFor();
  assert.equal(await page.locator('tr', { hasText: 'shop.example' }).count(), 0);
  await click();
  await page.locator('tr', { hasText: 'shop.example' }).waitFor();
  assert.deepEqual(complaints, []);
}

/** The sums are there, statuses end at sent, and no message knows who read it. */
async function told(words) {
  const { page, complaints } = await campaign(words);
  await page.getByText(words.opens(1)).waitFor();
  const [people, , hits, robots] = await cells(page);
  assert.deepEqual([people, hits, robots], ['0', '1', '0']);
  assert.deepEqual([await status(page, words.sent), await status(page, words.opened), await status(page, words.clicked)], ['2', '0', '0']);
  assert.deepEqual(await faults(page), []);
  await page.screenshot({ path: `${shots}/counted-${words.locale}.png`, fullPage: true });
  await page.locator('nav.chips a', { hasText: words.sent }).click();
  await page.locator('tr', { hasText: 'ok.chromium@gmail.lab' }).locator('td a.bare').click();
  await page.waitForURL('**/messages/*');
  assert.ok((await page.locator('.timeline').innerText()).includes(words.made));
  const titles = await page.locator('.timeline b').allInnerTexts();
  assert.deepEqual(titles.map(title => words.shown.find(word => title.startsWith(word))), words.shown);
  assert.deepEqual(await faults(page), []);
  await page.screenshot({ path: `${shots}/counted-message-${words.locale}.png`, fullPage: true });
  assert.deepEqual(complaints, []);
}

try {
  await counted();
  await told(FRENCH);
  await told(ENGLISH);
  console.log('counted: done');
} finally {
  await browser.close();
}
