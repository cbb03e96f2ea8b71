// The pages of the browser front end, by the list of its router: which of them were judged.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROUTER = fileURLToPath(new URL('../../../kernel/web/src/router.ts', import.meta.url));

/** Every page as its route writes it: "/orders/:no", "/staff/cases/:id?"; "*" is the page for what is nowhere. */
export const PAGES = (() => {
  const all = [];
  let below = '';
  for (const [, path] of readFileSync(ROUTER, 'utf8').matchAll(/\bpath: '([^']*)'/g))
    if (path.startsWith('/')) below = path.replace(/\/$/, '');
    else all.push(path.startsWith(':rest') ? '*' : `${below}/${path}`.replace(/(.)\/$/, '$1'));
  return [...new Set(all)];
})();

const judged = new Set();

/** Whether an address without its tenant, "/orders/261", is of a page. */
function fits(page, path) {
  const segments = page.split('/'), asked = path.split('/');
  const most = segments.length, least = segments.filter((segment) => !segment.endsWith('?')).length;
  return asked.length >= least && asked.length <= most && asked.every((part, i) => segments[i].startsWith(':') || segments[i] === part);
}

/** Notes that the page at an address was judged. */
export function noteJudged(url) {
  const path = new URL(url).pathname.replace(/^\/[^/]+/, '').replace(/(.)\/$/, '$1') || '/';
  const found = PAGES.filter((page) => page !== '*' && fits(page, path));
  judged.add(found.find((page) => !page.includes(':')) ?? found[0] ?? '*');
}

export const neverJudged = () => PAGES.filter((page) => !judged.has(page));
