// What the browser tests share: a Chromium, somebody who is signed in, and what the page complained of.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const launch = () => chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

/** A page whose complaints are gathered: errors, violations of the policy, dialogs, requests to anywhere else. */
export async function open(browser, ui, { locale = 'en-GB', scheme = 'light', width = 1360, height = 860, script = true } = {}) {
  const context = await browser.newContext({
    locale, colorScheme: scheme, viewport: { width, height }, javaScriptEnabled: script, timezoneId: 'Europe/Paris', acceptDownloads: true,
  });
  const complaints = [];
  await context.addInitScript(() => addEventListener('securitypolicyviolation',
    event => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI)));
  await context.route(url => !url.href.startsWith(ui), route => {
    complaints.push('asked for ' + route.request().url());
    return route.abort();
  });
  const page = await context.newPage();
  page.on('console', message => {
    // A frame that shows a mail is there to refuse what the mail wants, by a policy without frame-src, unlike that of pages.
    const frame = /\/messages\/[^/]+\/html/.test(message.location().url) || message.text().includes('sandboxed')
      || message.text().includes("'frame-src' was not explicitly set");
    if (message.type() === 'error' && !frame) complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('dialog', dialog => { complaints.push('dialog: ' + dialog.message()); dialog.dismiss(); });
  return { page, complaints };
}

export async function signIn(browser, ui, name, password, options) {
  const opened = await open(browser, ui, options);
  await opened.page.goto(ui + '/login');
  await opened.page.fill('input[name=name]', name);
  await opened.page.fill('input[name=password]', password);
  await opened.page.click('main button');
  await opened.page.waitForURL(url => !url.pathname.startsWith('/login'));
  return opened;
}

/** A reader looks at the mail in a file; answers what clicks its link, once the pixel is there. */
export async function reader(browser, mailFile) {
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
  return async () => {
    await page.click('a');
    await page.waitForURL('https://shop.example/**');
    assert.equal(page.url(), 'https://shop.example/a?b=1&c=2#d');
    assert.equal(arrived[0].headers()['referer'], undefined);
  };
}

/** What axe finds that is serious or critical, a line each. */
export async function faults(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => axe.run(document, { iframes: false, resultTypes: ['violations'] }));
  return found.violations
    .filter(violation => ['serious', 'critical'].includes(violation.impact))
    .flatMap(violation => violation.nodes.slice(0, 3).map(node =>
      `${violation.id} (${violation.impact}): ${node.target.join(' ')} ${(node.any[0] || node.all[0] || node.none[0] || {}).message || ''}`));
}

/** Milliseconds from the navigation to the first paint of something, which is waited for: it is told a moment after it is painted. */
export const firstPaint = page => page.evaluate(() => new Promise((done, fail) => {
  new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint').forEach(paint => done(paint.startTime)))
    .observe({ type: 'paint', buffered: true });
  setTimeout(() => fail(new Error('nothing is painted after 10 s: ' + location)), 10_000);
}));

/** Once what was asked for is on the screen. */
export const settle = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));

/** By how many pixels a page is wider than its window. */
export const tooWide = page => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

/** The rows of a CSV that a link of the page downloads. */
export async function csv(page, link) {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const text = readFileSync(await download.path(), 'utf8');
  assert.equal(text.charCodeAt(0), 0xfeff, 'begins with a byte order mark');
  return text.slice(1).trimEnd().split('\r\n').map(line => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(cell => cell[1].replaceAll('""', '"')));
}
