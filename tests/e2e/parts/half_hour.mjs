// An order near its end, in a browser: given up, paid in the last second, money after the end. Half an hour is shorter here:
// how long an order lives is a line of the province's rules, and the rule author publishes another one first.
// Nobody waits for it: the payer's page goes on by itself while other tests run, and is asked at the end how it went.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../lib/judge.mjs';
import { eventually } from '../lib/phone.mjs';
import { FOUR, known, TibetPortal } from '../lib/tibet.mjs';
import { TELEPHONE } from '../lib/world.mjs';

/** A code and its grace are over when less than half of it has passed: a busy machine has the other half to give the order up. */
const ORDER_SECONDS = 150;
/** The shortest life of a code. */
const CODE_SECONDS = 60;
/** Less than a code lives: one that is made so long before the end of its order lives to that end. */
const LAST_CODE_MS = 55_000;
/** The bank counts whole seconds. */
const LAST_SECOND_MS = 1_500;
/** The story goes on beside other tests: none of its steps is quick because nothing else is done. */
const PATIENCE_MS = ORDER_SECONDS * 1000;

/** What the server says on the payment page that `page` shows. */
const paymentOn = (page) =>
  page.evaluate(async () => {
    const [, tenant, , id] = location.pathname.split('/');
    return (await fetch(`/${tenant}/api/cases/${id}/payment`)).json();
  });

const until = (ms, what) => eventually(() => Date.now() > ms, what, ORDER_SECONDS + CODE_SECONDS);

/** The code is over: the order is given up, other courses are chosen, and a new order begins. @return the new order */
async function giveUp(portal, given) {
  const { page } = portal;
  const reset = page.getByRole('button', { name: '重置' });
  await page.getByText(/系统先向支付机构核实没有付款/).waitFor();
  await judge(page, 'tibet, order that may be given up');
  await reset.click();
  await page.getByText('订单已作废').first().waitFor();
  await judge(page, 'tibet, order given up');
  await page.getByRole('link', { name: '修改报考课程' }).click();
  await portal.status().getByText('订单作废', { exact: true }).waitFor();
  await reset.click();
  await portal.status().getByText('未缴费', { exact: true }).waitFor();
  await page.getByRole('link', { name: '修改', exact: true }).first().click();
  await page.locator('#f-workplace').waitFor();
  await portal.next('考试信息');
  await page.locator('#f-courses-2').selectOption('');
  await portal.next();
  await page.getByRole('button', { name: '在线缴费' }).waitFor();
  assert.match(await page.getByRole('main').innerText(), /76\.0/);
  await portal.openCode();
  await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).click();
  const { order } = await paymentOn(page);
  assert.notEqual(order.no, given.no, 'a new order has a new number');
  return order;
}

/** The order's second code, which ends with it, is paid when both are about to. */
async function payAtTheEnd(world, portal, order) {
  const { page } = portal;
  const { codes_end_ms: codeEnds } = await paymentOn(page);
  await until(Math.max(codeEnds + 500, order.expires_at_ms - LAST_CODE_MS), 'the last code of the order');
  await page.reload();
  const code = await portal.openCode();
  const paid = await world.phone.pay(code, 'A', 'now', order.expires_at_ms - LAST_SECOND_MS);
  assert.ok(paid.ok, paid.message);
  assert.ok(paid.paid_ms >= order.expires_at_ms - LAST_SECOND_MS, 'not before the last second');
  await page.getByRole('heading', { name: '缴费成功' }).waitFor();
  await judge(page, 'tibet, paid in the last second');
}

/** Both, one after the other, while other tests go on. What fails is told to whoever asks for it. */
function goOn(world, state) {
  state.portal.page.setDefaultTimeout(PATIENCE_MS);
  const fresh = giveUp(state.portal, state.order);
  const paid = fresh.then((order) => payAtTheEnd(world, state.portal, order));
  for (const part of [fresh, paid]) part.catch(() => {});
  return { fresh, paid };
}

/** Begins an order that is left alone. @return what is to be seen of it in the end */
export function halfHour(world) {
  const state = {};

  test('the rule author lets an order live two minutes and a half, and a code one minute', async () => {
    const page = await world.staff('rule_author');
    const answer = await page.evaluate(async ([order, code]) => {
      const api = '/tibet/api';
      const ask = async (path) => (await fetch(api + path)).json();
      const { csrf } = await ask('/me');
      const active = (await ask('/staff/rules')).find((version) => version.active);
      const { files } = await ask(`/staff/rules/${active.hash}`);
      const sources = files['cases/sign_up.lua'];
      files['cases/sign_up.lua'] = sources.replace('ORDER_SECONDS = 30 * 60', `ORDER_SECONDS = ${order}`).replace('CODE_SECONDS = 180', `CODE_SECONDS = ${code}`);
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      const done = await fetch(`${api}/staff/rules/publish`, { method: 'POST', headers, body: JSON.stringify({ files }) });
      return { status: done.status, text: await done.text(), changed: files['cases/sign_up.lua'] !== sources };
    }, [ORDER_SECONDS, CODE_SECONDS]);
    assert.ok(answer.changed, 'the figures stand elsewhere now');
    assert.equal(answer.status, 200, answer.text);
  });

  test('XZ-LOG-02 a telephone is enough to log in; XZ-PAY-10 while a code can be paid the order cannot be given up, and the page says how long; XZ-SGN-12 nor can major and 考区 be changed', async () => {
    const portal = (state.portal = await TibetPortal.open(world));
    const { page } = portal;
    await portal.logInByPhone(known(world, 'candidate'));
    await portal.signUpFor(FOUR.slice(0, 2));
    assert.equal(await page.getByRole('row', { name: /总计/ }).getByText('未缴费').count(), 0, 'the state stands in the lines');
    state.code = await portal.openCode();
    await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).click();
    await page.getByText(/要修改报考课程，请等上一个二维码失效后再重置：还有 \d+ 秒/).waitFor();
    assert.ok(await page.getByRole('button', { name: '重置' }).isDisabled());
    state.order = (await paymentOn(page)).order;
    await judge(page, 'tibet, order that is paid for');
    const payment = page.url();
    await portal.changeDistrict('昌都考区'); // XZ-SGN-12
    await page.getByRole('alert').getByText('您本考次的缴费申请还没有结束，请完成缴费，或等缴费申请作废后再更改。').waitFor();
    await judge(page, 'tibet, change of record while an order is open');
    await page.goto(payment);
    await page.getByText(/还有 \d+ 秒/).waitFor();
    state.story = goOn(world, state);
  });

  return { payer: state, seen: () => endings(world, state) };
}

function endings(world, state) {
  test('XZ-PAY-11 重置 on the payment page: the order is void, other courses are chosen, and a new order begins', async () => {
    state.last = await state.story.fresh;
  });

  test('DEF-GEN-10 money that comes after the end of the order is kept, told to the candidate and given back by two', async () => {
    const { order } = state;
    await until(order.expires_at_ms + 1_000, 'the end of the first order');
    const { trades } = await world.phone.call('trades');
    const trade = trades.find((each) => each.codes.includes(state.code));
    assert.ok((await world.phone.call(`trades/ccb/${trade.no}/take_anyway`, {})).ok);
    const finance = await world.staff('finance');
    const row = finance.getByRole('region', { name: '异常款项' }).getByRole('row', { name: order.no });
    await eventually(async () => {
      await finance.goto(`${world.url}/staff/money`);
      await finance.getByRole('heading', { name: '异常款项' }).waitFor();
      return row.isVisible();
    }, 'the late money');
    assert.match(await row.innerText(), /¥112\.00/);
    // The payer's own page goes on; another one looks.
    const look = await state.portal.page.context().newPage();
    world.watch(look);
    const kept = look.getByRole('listitem').filter({ hasText: order.no });
    await look.goto(`${world.url}/orders`);
    await kept.getByText(/^已收到逾期款项 ¥112\.00（\d{4}-\d\d-\d\d \d\d:\d\d:\d\d，[^）]+），不计入缴费，考试机构将原路退回。$/).waitFor();
    assert.equal(await look.getByText('已收到逾期款项').count(), 1, 'the order under way is not touched by it');
    await judge(look, 'tibet, orders with late money');
    await kept.getByRole('link', { name: /^查看/ }).click();
    await look.getByRole('heading', { name: '订单信息' }).waitFor();
    await look.getByText('已收到逾期款项').waitFor();
    await judge(look, 'tibet, order with late money');
    await row.getByRole('button', { name: '退款' }).click();
    await finance.getByLabel('原因').fill('订单作废后到账');
    await judge(finance, 'tibet, late money');
    await finance.getByRole('button', { name: '申请退款' }).click();
    await finance.getByText('须由他人批准').waitFor();
    await finance.getByRole('button', { name: '撤回' }).click();
    await finance.getByRole('cell', { name: '已驳回' }).waitFor();
    await row.getByRole('button', { name: '退款' }).click();
    await row.getByRole('button', { name: '退款' }).click();
    await finance.getByLabel('原因').fill('订单作废后到账，原路退回');
    await finance.getByRole('button', { name: '申请退款' }).click();
    await finance.getByText('须由他人批准').waitFor();
    const second = await world.staff('finance_second');
    await second.goto(`${world.url}/staff/money`);
    await second.getByRole('button', { name: '批准', exact: true }).click();
    await second.getByText(/已退款|退款中/).first().waitFor();
    await judge(second, 'tibet, late money given back');
    await eventually(async () => {
      await look.reload();
      await look.getByText('已收到逾期款项').waitFor();
      return look.getByText(/已收到逾期款项 ¥112\.00（[^）]+），已原路退回（\d{4}-\d\d-\d\d \d\d:\d\d:\d\d）。/).isVisible();
    }, 'the time of the refund');
    await judge(look, 'tibet, order whose late money went back');
    await look.close();
  });

  test('XZ-PAY-10 an order that is paid in its last second is paid', async () => {
    await state.story.paid;
    const { page } = state.portal;
    await state.portal.go('考生缴费');
    const orders = page.getByRole('main').getByRole('listitem').filter({ hasText: '订单号' });
    await orders.nth(1).waitFor();
    assert.deepEqual(await orders.locator('.tag').allInnerTexts(), ['缴费成功', '作废'], 'both orders are listed, the newest first');
    assert.equal(page.viewportSize().width, TELEPHONE.width);
    await judge(page, 'tibet, orders of two ends');
    await page.context().close();
  });
}
