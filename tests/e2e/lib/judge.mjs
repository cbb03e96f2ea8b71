// What every page must satisfy, whatever it shows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { noteJudged } from './pages.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** No violation that axe calls serious or critical. */
export async function accessible(page, what) {
  await seen(page, what);
  noteJudged(page.url());
  // The content security policy forbids script elements, not the debugger's evaluation.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const grave = found.violations.filter((violation) => ['serious', 'critical'].includes(violation.impact));
  const told = grave.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join('; ')}`);
  assert.deepEqual(told, [], `${what} has grave accessibility violations`);
}

/** Nothing sticks out to the right: the page scrolls in one direction only. */
export async function fits(page, what) {
  await seen(page, what);
  const found = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const out = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > clientWidth + 1 && !each.closest('.scroll-x'));
    return out.slice(0, 5).map((each) => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 30)}`);
  });
  assert.deepEqual(found, [], `${what} is wider than ${page.viewportSize().width} pixels`);
}

/** Both. */
export async function judge(page, what) {
  await fits(page, what);
  await accessible(page, what);
}

/** A page as it is judged; with ZIKAO_SHOTS naming a folder, its picture is kept there for people to look at. */
async function seen(page, what) {
  await settled(page);
  const folder = process.env.ZIKAO_SHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${what.replaceAll(/[^\w]+/g, '-')}-${page.viewportSize().width}.png`), fullPage: true });
}

/** Whatever is still loading has come. */
export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
}
