import { after, afterEach, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { DESKTOP, World } from './lib/world.mjs';
import { anhui } from './parts/anhui.mjs';
import { anhuiNewcomer } from './parts/anhui_newcomer.mjs';
import { mainJob } from './parts/main_job.mjs';
import { reviewConsole } from './parts/review_console.mjs';
import { tibet } from './parts/tibet.mjs';

describe('in a browser, on MariaDB', () => {
  const world = new World('mariadb');
  before(() => world.start());
  after(() => world.stop());
  afterEach((context) => world.tellFailure(context));
  mainJob(world);
  // What takes real minutes, codes and orders that end, goes on while others are tested.
  const anotherCode = tibet(world.of('tibet'));
  const graduations = world.of('anhui'); // one log-in of an office serves both
  anhuiNewcomer(graduations, { viewport: DESKTOP });
  anhui(graduations, { viewport: DESKTOP });
  const ordersEnd = anotherCode();
  reviewConsole(graduations);
  ordersEnd();
  test('no page reported an error', () => assert.deepEqual(world.faults, []));
});
