// What people lay in beside their identity pictures, and what they print.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const WHITE = '#ffffff';

/** A portrait as a studio takes it, larger than asked for. `more`: options of the drawing tool */
export function studioPortrait(world, name, more = []) {
  const out = join(world.pictures, name);
  execFileSync(join(world.build, 'bin/zikao-picture'), ['portrait', '--width', '960', '--height', '1280', '--face-share', '0.5', '--noise', '4',
    '--background', WHITE, '--jpeg-quality', '98', ...more, out]);
  return out;
}

/** A PDF of exactly so many bytes. */
export function pdf(size) {
  const [head, tail] = ['%PDF-1.4\n', '1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'];
  return { name: 'proof.pdf', mimeType: 'application/pdf', buffer: Buffer.from(head + '\n'.repeat(size - head.length - tail.length) + tail) };
}

/** Clicks what opens a form on paper and reads the PDF that came. `name`: of its pictures, where they are kept. */
export async function printed(world, link, name) {
  const context = link.page().context();
  const [opened] = await Promise.all([context.waitForEvent('page'), link.click()]);
  // The browser's own viewer stands in the tab; the file is asked for once more.
  const answer = await context.request.get(opened.url());
  await opened.close();
  assert.equal(answer.headers()['content-type'], 'application/pdf');
  const file = join(world.pictures, `${name}.pdf`);
  writeFileSync(file, await answer.body());
  const folder = process.env.ZIKAO_SHOTS;
  if (folder) execFileSync('pdftoppm', ['-r', '90', '-png', file, join(folder, name)]);
  return { info: execFileSync('pdfinfo', [file], { encoding: 'utf8' }), text: execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }) };
}
