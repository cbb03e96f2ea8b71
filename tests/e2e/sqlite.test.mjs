import { after, afterEach, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { neverJudged } from './lib/pages.mjs';
import { World } from './lib/world.mjs';
import { anhui } from './parts/anhui.mjs';
import { anhuiNewcomer } from './parts/anhui_newcomer.mjs';
import { entry } from './parts/entry.mjs';
import { mainJob } from './parts/main_job.mjs';
import { office } from './parts/office.mjs';
import { expiry, payment } from './parts/payment.mjs';
import { registration } from './parts/registration.mjs';
import { reviewConsole } from './parts/review_console.mjs';
import { tibet } from './parts/tibet.mjs';

describe('in a browser, on SQLite', () => {
  const world = new World('sqlite');
  before(() => world.start());
  after(() => world.stop());
  afterEach((context) => world.tellFailure(context));

  const whenOver = expiry(world);
  mainJob(world);
  entry(world);
  registration(world);
  payment(world);
  office(world);
  // What takes real minutes, codes and orders that end, goes on while others are tested.
  const anotherCode = tibet(world.of('tibet'));
  const graduations = world.of('anhui'); // one log-in of an office serves both
  anhuiNewcomer(graduations);
  anhui(graduations);
  const ordersEnd = anotherCode();
  reviewConsole(graduations);
  ordersEnd();
  whenOver();
  test('axe has judged every page of the router', () => assert.deepEqual(neverJudged(), []));
  test('no page reported an error', () => assert.deepEqual(world.faults, []));
});
