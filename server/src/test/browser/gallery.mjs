// Every screen, light, dark and on a phone: what axe finds, how soon something is painted, whether the policy was touched, and a picture.
// Arguments: base of the UI, password, directory for screenshots.
import { launch, open, signIn, faults, firstPaint, settle, tooWide } from './ui.mjs';
import assert from 'node:assert/strict';

const [, , ui, password, shots] = process.argv;
const browser = await launch();
const LOOKS = [
  { locale: 'fr-FR', scheme: 'light', width: 1360 },
  { locale: 'en-GB', scheme: 'dark', width: 1360 },
  { locale: 'fr-FR', scheme: 'light', width: 390 },
  { locale: 'en-GB', scheme: 'dark', width: 390 },
];
const found = [];
const paints = [];

async function target(page, path, link) {
  await page.goto(ui + path);
  return new URL(await page.locator(link).first().getAttribute('href'), ui).pathname;
}

async function look(view) {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, view);
  const name = `${view.locale.slice(0, 2)}-${view.scheme}-${view.width}`;
  const bounced = await target(page, '/campaigns', 'a.share[href*="status=hard_bounce"]') + '?status=hard_bounce';
  const campaign = bounced.replace(/\/contacts.*/, '');
  const clicked = await target(page, '/campaigns', 'a.share[href*="status=clicked"]') + '?status=clicked';
  const message = await target(page, clicked, 'td a.bare');
  const refused = await target(page, bounced, 'td a.bare');
  const contact = await target(page, bounced, 'tbody th a.name');
  const screens = {
    campaigns: '/campaigns', 'campaigns-at-least': '/campaigns?count=at-least&robots=1', campaign, contacts: `${campaign}/contacts`, bounced,
    matrix: '/contacts?campaigns=id:1,id:2', 'matrix-empty': '/contacts?campaigns=id:0&q=zzzz', contact, message, refused, queue: '/queue',
    deliverability: '/deliverability', suppressions: '/suppressions', settings: '/settings', 'settings-all': '/settings?q=.', 'settings-own': '/settings?own=1', help: '/help', manual: '/help/docs/statuses', missing: '/campaigns/id:99999',
  };
  for (const [screen, path] of Object.entries(screens)) {
    const before = complaints.length;
    await page.goto(ui + path);
    if (screen === 'missing') complaints.length = before; // the 404 itself is told on the console
    paints.push({ screen: `${screen} ${name}`, ms: await firstPaint(page) });
    if (screen === 'deliverability') await page.locator('#checks .checks, #checks .note:not([role])').first().waitFor();
    if (screen === 'deliverability') {
      const mark = await page.locator('.scale text').first().boundingBox();
      if (mark.height < 10) found.push(`${screen} ${name}: marks of ${mark.height} px`);
    }
    if (screen === 'matrix') await page.locator('#columns summary').focus();
    await settle(page);
    for (const fault of await faults(page)) found.push(`${screen} ${name}: ${fault}`);
    const wide = await tooWide(page);
    if (wide > 0) found.push(`${screen} ${name}: ${wide} px too wide`);
    await page.screenshot({ path: `${shots}/${screen}-${name}.png`, fullPage: true });
  }
  for (const [screen, path, summary] of [['matrix-menu', '/contacts?campaigns=id:1,id:2', '#columns summary'], ['suppressions-add', '/suppressions', 'details.menu summary']]) {
    await page.goto(ui + path);
    await page.locator(summary).first().click();
    await settle(page);
    for (const fault of await faults(page)) found.push(`${screen} ${name}: ${fault}`);
    await page.screenshot({ path: `${shots}/${screen}-${name}.png` });
  }
  assert.deepEqual(complaints, [], name);
  const login = await open(browser, ui, view);
  await login.page.goto(ui + '/login');
  for (const fault of await faults(login.page)) found.push(`login ${name}: ${fault}`);
  await login.page.screenshot({ path: `${shots}/login-${name}.png` });
}

try {
  for (const view of LOOKS) await look(view);
  const sorted = paints.map(paint => paint.ms).sort((a, b) => a - b);
  const p50 = sorted[Math.floor(sorted.length / 2)], p95 = sorted[Math.floor(sorted.length * .95)];
  console.log(`first paint of ${sorted.length} pages: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`);
  console.log(`axe: ${found.length} faults`);
  assert.deepEqual(found, []);
  assert.ok(p95 < 1000, JSON.stringify(paints.filter(paint => paint.ms >= p95)));
  console.log('gallery: done');
} finally {
  await browser.close();
}
