// A reader opens a delivered mail in Chromium and follows its link; an admin then sees it in the UI, in both languages.
// Arguments: file with the mail's HTML, base of the UI, password, directory for screenshots.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';

const [, , mailFile, ui, password, shots] = process.argv;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

async function read() {
  // Headless Chromium says so in its agent, and would rightly be taken for a robot.
  const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  const page = await (await browser.newContext({ userAgent: agent })).newPage();
  const arrived = [];
  await page.route('https://shop.example/**', route => {
    arrived.push(route.request());
    return route.fulfill({ contentType: 'text/html', body: '<h1>shop</h1>' });
  });
  const pixel = page.waitForResponse(response => response.url().includes('/o/'));
  await page.setContent(readFileSync(mailFile, 'utf8'));
  const loaded = await pixel;
  assert.equal(loaded.status(), 200);
  assert.equal((await loaded.body()).length, 43);
  await page.click('a');
  await page.waitForURL('https://shop.example/**');
  assert.equal(page.url(), 'https://shop.example/a?b=1&c=2#d');
  assert.equal(arrived[0].headers()['referer'], undefined);
}

async function signIn(locale, scheme, width) {
  const context = await browser.newContext({ locale, colorScheme: scheme, viewport: { width, height: 860 } });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', message => { if (message.type() === 'error') complaints.push(message.text()); });
  await page.goto(ui + '/');
  await page.fill('input[type=text], input:not([type])', 'admin');
  await page.fill('input[type=password]', password);
  await page.click('main button');
  await page.waitForURL('**/campaigns*');
  return { page, complaints };
}

async function look(locale, scheme, width, words) {
  const { page, complaints } = await signIn(locale, scheme, width);
  const name = `${locale}-${scheme}-${width}`;
  // The status follows within seconds, without a reload.
  await page.waitForFunction(word => document.body.innerText.includes(word), words.clicked);
  const row = page.locator('tr', { hasText: 'printemps' });
  await row.locator('a', { hasText: '100' }).first().waitFor();
  await page.screenshot({ path: `${shots}/campaigns-${name}.png` });
  await row.locator('a[href*="status=clicked"]').first().click();
  await page.getByText('ok.chromium@gmail.lab').first().waitFor();
  await page.screenshot({ path: `${shots}/recipients-${name}.png` });
  for (const path of ['contacts', 'queue', 'deliverability', 'suppressions', 'settings', 'help']) {
    const response = await page.goto(`${ui}/${path}`);
    assert.equal(response.status(), 200, path);
    await page.screenshot({ path: `${shots}/${path}-${name}.png` });
  }
  assert.deepEqual(complaints, []);
}

try {
  await read();
  await look('fr-FR', 'light', 1360, { clicked: 'Cliqué' });
  await look('en-GB', 'dark', 1360, { clicked: 'Clicked' });
  await look('fr-FR', 'light', 390, { clicked: 'Cliqué' });
  console.log('story: done');
} finally {
  await browser.close();
}
