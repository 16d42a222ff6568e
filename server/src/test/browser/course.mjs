// The course of a campaign over hours, days and weeks: what stands at the axes, in the legend and in the table, in both languages,
// light, dark and on a phone; also where the page speaks another language than the browser.
// Arguments: base of the UI, password, directory for screenshots.
import { launch, signIn, faults } from './ui.mjs';
import assert from 'node:assert/strict';

const [, , ui, password, shots] = process.argv;
const browser = await launch();
const LOOKS = [
  { locale: 'fr-FR', scheme: 'light', width: 1360 },
  { locale: 'en-GB', scheme: 'dark', width: 1360 },
  { locale: 'fr-FR', scheme: 'dark', width: 390 },
  { locale: 'en-GB', scheme: 'light', width: 390 },
  { locale: 'en-GB', scheme: 'light', width: 1360, speaks: 'Français' },
];
const FRENCH = {
  when: 'Quand', day: /^\d+ \p{L}+\.?$/u, time: /^(lun|mar|mer|jeu|ven|sam|dim)\. \d\d:\d\d$/, thousands: /^\d[\u202f\u00a0]\d{3}$/,
  table: { day: /^\d+ \p{L}+\.? \d{4}$/u, time: /^\d+ \p{L}+\.? \d{4},? \d\d:00$/u },
};
const ENGLISH = {
  when: 'When', day: /^\d+ \p{L}+$/u, time: /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d\d:\d\d$/, thousands: /^\d,\d{3}$/,
  table: { day: /^\d+ \p{L}+ \d{4}$/u, time: /^\d+ \p{L}+ \d{4}, \d\d:00$/u },
};

/** What the axes say: no text of the page, but the canvas remembers it. */
async function axes(page) {
  const drawn = await page.evaluate(() => window.drawn);
  const upright = drawn.findIndex(text => text === '0');
  return { along: drawn.slice(0, upright), upright: drawn.slice(upright) };
}

const figures = text => text.map(figure => Number(figure.replace(/\D/g, '')));

/** The legend while a place of the chart is pointed at. The chart learns a frame later that the page was scrolled: it is pointed at until it sees it. */
async function pointedAt(chart, x) {
  let legend = [];
  for (let turn = 0; turn < 50; turn++) {
    await chart.locator('.u-over').hover({ position: { x, y: 60 + turn % 2 } });
    legend = await chart.locator('.u-legend .u-series').evaluateAll(found => found.map(row => [...row.cells].map(cell => cell.textContent)));
    if (legend.every(([, figure]) => figure !== '—')) break;
  }
  return legend;
}

async function look(view) {
  const { page, complaints } = await signIn(browser, ui, 'admin', password, view);
  if (view.speaks) await page.getByRole('link', { name: view.speaks, exact: true }).click();
  const words = view.speaks || view.locale === 'fr-FR' ? FRENCH : ENGLISH;
  const name = `${view.locale}${view.speaks ? '-fr' : ''}-${view.scheme}-${view.width}`;
  await page.addInitScript(() => {
    window.drawn = [];
    const draw = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...where) { window.drawn.push(text); return draw.call(this, text, ...where); };
  });
  for (const [campaign, step] of [['hours', 'time'], ['days', 'day'], ['weeks', 'day']]) {
    await page.goto(ui + '/campaigns');
    await page.goto(ui + await page.getByRole('link', { name: campaign, exact: true }).first().getAttribute('href'));
    const chart = page.locator('.chart');
    await chart.locator('canvas').waitFor();
    const { along, upright } = await axes(page);
    const where = `${campaign} ${name} ${JSON.stringify(along)} ${JSON.stringify(upright)}`;
    assert.ok(along.length >= 2 && along.every(text => words[step].test(text)), where);
    assert.equal(new Set(along).size, along.length, where);
    assert.ok(upright.length >= 3 && figures(upright).every((n, i, all) => i === 0 || n > all[i - 1]), where);
    assert.ok(figures(upright).every((n, i) => n < 1000 || words.thousands.test(upright[i])), where);
    assert.deepEqual(await faults(page), [], where);
    await page.screenshot({ path: `${shots}/course-${campaign}-${name}.png`, fullPage: true });
    // The table says the same as the chart, step by step; what is pointed at stands in the legend.
    await page.locator('figure details summary').click();
    const rows = await page.locator('figure details tbody tr').evaluateAll(found => found.map(row => [...row.cells].map(cell => cell.textContent)));
    assert.ok(rows.every(row => words.table[step].test(row[0])), JSON.stringify(rows[0]));
    const columns = JSON.parse(await chart.getAttribute('data-chart')).columns;
    assert.deepEqual(rows.map(row => figures(row.slice(1))), columns[0].map((_, i) => columns.slice(1).map(column => column[i])));
    const legend = await pointedAt(chart, 1);
    assert.equal(legend[0][0], words.when);
    assert.deepEqual(legend.slice(1).map(([, figure]) => figure), rows[0].slice(1));
    await page.locator('figure').screenshot({ path: `${shots}/course-${campaign}-${name}-figure.png` });
  }
  assert.deepEqual(complaints, []);
}

try {
  for (const view of LOOKS) await look(view);
  console.log('course: done');
} finally {
  await browser.close();
}
