// An order near its end, in a browser: given up, paid in the last second, money after the end; and the codes by SMS that are
// waited for meanwhile. Half an hour lasts two minutes here: how long an order lives is a line of the province's
// rules, and the rule author publishes another one first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from '../lib/console.mjs';
import { accessible, fits } from '../lib/judge.mjs';
import { eventually } from '../lib/phone.mjs';
import { FOUR, TibetPortal } from '../lib/tibet.mjs';
import { DESKTOP, TELEPHONE } from '../lib/world.mjs';

const ORDER_SECONDS = 120;
/** The shortest life of a code. */
const CODE_SECONDS = 60;
/** Until a code may be paid no more, and until another message may be asked for. */
const MINUTE_MS = 70_000;
/** So long before the end of the order its first code is over, and another lives to the end. */
const LAST_CODE_MS = 25_000;

async function judge(page, what) {
  await fits(page, what);
  await accessible(page, what);
}

/** What the server says of the order on the payment page that `page` shows. */
const orderOn = (page) =>
  page.evaluate(async () => {
    const [, tenant, , id] = location.pathname.split('/');
    return (await (await fetch(`/${tenant}/api/cases/${id}/payment`)).json()).order;
  });

/**
 * Begins an order that is left alone for a while.
 * @param state  holds `second`, whose page is logged out, and `other`, its person
 * @return what follows within a minute; that returns what follows within the next
 */
export function halfHour(world, state) {
  test('XZ-SGN-16 a code that never arrives: the page counts down until another may be asked for', async () => {
    const { second: portal, other } = state;
    const { page } = portal;
    await portal.codeIsDue(other);
    await world.phone.settings({ sms: 'lost', sms_limits: false });
    await portal.openLogin('证件号登录');
    await portal.typeCertificate(other);
    await portal.askLoginCode(other);
    assert.ok(await page.getByRole('button', { name: /秒后重新获取/ }).isDisabled(), 'a minute lies between two codes');
    await judge(page, 'tibet, log-in, no code came');
  });

  test('XZ-SGN-16 the office sees what became of each message, and no whole number', async () => {
    const { page } = await Console.of(world, 'province_administrator');
    await page.goto(`${world.url}/staff`);
    await page.getByRole('navigation', { name: '工作菜单' }).getByRole('link', { name: '消息发送' }).click();
    await page.getByLabel('完整手机号或邮箱').fill(state.other.phone);
    const list = page.getByRole('region', { name: '消息列表' });
    // The lost one was taken by the sender and never delivered.
    await eventually(async () => {
      await page.getByRole('button', { name: '查找' }).click();
      return list.getByText('已提交发送').first().isVisible();
    }, 'the lost message');
    await world.phone.settings({ sms: 'now' });
    await list.getByText('已送达').first().waitFor();
    assert.ok(!(await list.innerText()).includes(state.other.phone));
    for (const viewport of [TELEPHONE, DESKTOP]) {
      await page.setViewportSize(viewport);
      await judge(page, 'tibet, messages of the office');
    }
  });

  test('the rule author lets an order live two minutes, and a code one minute', async () => {
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

  test('XZ-PAY-10 while a code can be paid the order cannot be given up, and the page says how long', async () => {
    const { fields, password } = world.accountOf('candidate');
    state.payer = { name: fields.name, number: fields.id_number, phone: fields.phone, password, codes: [], codeAt: 0 };
    const portal = (state.paying = await TibetPortal.open(world));
    const { page } = portal;
    await portal.logInByPhone(state.payer);
    await portal.signUpFor(FOUR.slice(0, 2));
    assert.equal(await page.getByRole('row', { name: /总计/ }).getByText('未缴费').count(), 0, 'the state stands in the lines');
    state.code = await portal.openCode();
    await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).click();
    await page.getByText(/要修改报考课程，请等上一个二维码失效后再重置：还有 \d+ 秒/).waitFor();
    assert.ok(await page.getByRole('button', { name: '重置' }).isDisabled());
    state.order = await orderOn(page);
    await judge(page, 'tibet, order that is paid for');
  });

  return () => {
    test('XZ-PAY-11 重置 on the payment page: the order is void, other courses are chosen, and a new order begins', async () => {
      const { page } = state.paying;
      const reset = page.getByRole('button', { name: '重置' });
      await page.getByText(/系统先向支付机构核实没有付款/).waitFor({ timeout: MINUTE_MS });
      await judge(page, 'tibet, order that may be given up');
      await reset.click();
      await page.getByText('订单已作废').first().waitFor();
      await judge(page, 'tibet, order given up');
      await page.getByRole('link', { name: '修改报考课程' }).click();
      await state.paying.status().getByText('订单作废', { exact: true }).waitFor();
      await page.getByRole('button', { name: '重置' }).click();
      await state.paying.status().getByText('未缴费', { exact: true }).waitFor();
      await page.getByRole('link', { name: '修改', exact: true }).first().click();
      await page.locator('#f-workplace').waitFor();
      await state.paying.next('考试信息');
      await page.locator('#f-courses-2').selectOption('');
      await state.paying.next();
      await page.getByRole('button', { name: '在线缴费' }).waitFor();
      assert.match(await page.getByRole('main').innerText(), /76\.0/);
      await state.paying.openCode();
      await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).click();
      const fresh = await orderOn(page);
      assert.notEqual(fresh.no, state.order.no, 'a new order has a new number');
      state.last = fresh;
    });

    test('XZ-SGN-16 in the same tab another code is asked for, and it opens the door', async () => {
      const { second: portal, other } = state;
      const { page } = portal;
      const again = page.getByRole('button', { name: '重新获取验证码' });
      await again.waitFor({ timeout: MINUTE_MS });
      await again.click();
      await page.getByText('重新获取短信验证码，请先输入新的验证码。').waitFor();
      await judge(page, 'tibet, log-in, another code');
      await portal.askLoginCode(other, again);
      await portal.enter(await portal.receive(other));
      await page.getByRole('heading', { name: `${other.name}，您好` }).waitFor();
      await portal.logOut();
    });

    return () => {
      test('DEF-GEN-10 money that comes after the end of the order is kept, shown to finance and given back by two', async () => {
        await eventually(() => Date.now() > state.order.expires_at_ms + 1_000, 'the end of the first order', ORDER_SECONDS);
        const { trades } = await world.phone.call('trades');
        const trade = trades.find((each) => each.codes.includes(state.code));
        assert.ok((await world.phone.call(`trades/ccb/${trade.no}/take_anyway`, {})).ok);
        const finance = await world.staff('finance');
        const row = finance.getByRole('region', { name: '异常款项' }).getByRole('row', { name: state.order.no });
        await eventually(async () => {
          await finance.goto(`${world.url}/staff/money`);
          await finance.getByRole('heading', { name: '异常款项' }).waitFor();
          return row.isVisible();
        }, 'the late money');
        assert.match(await row.innerText(), /¥112\.00/);
        await row.getByRole('button', { name: '退款' }).click();
        await finance.getByLabel('原因').fill('订单作废后到账');
        await judge(finance, 'tibet, late money');
        await finance.getByRole('button', { name: '申请退款' }).click();
        await finance.getByText('须由他人批准').waitFor();
        const second = await world.staff('finance_second');
        await second.goto(`${world.url}/staff/money`);
        await second.getByRole('button', { name: '批准', exact: true }).click();
        await second.getByText(/已退款|退款中/).first().waitFor();
        await judge(second, 'tibet, late money given back');
        const { paying: { page } } = state;
        assert.equal((await orderOn(page)).no, state.last.no, 'the order under way is not touched by it');
      });

      test('XZ-LOG-02 XZ-SGN-16 and the other way of logging in opens the door', async () => {
        const { second: portal, other } = state;
        await portal.logInByPhone(other);
        await portal.page.getByRole('heading', { name: `${other.name}，您好` }).waitFor();
        await portal.page.context().close();
      });

      test('XZ-PAY-10 an order that is paid in its last second is paid', async () => {
        const { page } = state.paying;
        await eventually(() => Date.now() > state.last.expires_at_ms - LAST_CODE_MS, 'the last code of the order', ORDER_SECONDS);
        await page.reload();
        const code = await state.paying.openCode();
        await eventually(() => Date.now() > state.last.expires_at_ms - 1_500, 'the last second of the order', ORDER_SECONDS);
        assert.ok((await world.phone.pay(code)).ok);
        await page.getByRole('heading', { name: '缴费成功' }).waitFor();
        await judge(page, 'tibet, paid in the last second');
        await state.paying.go('考生缴费');
        const orders = page.getByRole('main').getByRole('listitem').filter({ hasText: '订单号' });
        await orders.nth(1).waitFor();
        assert.deepEqual(await orders.locator('.tag').allInnerTexts(), ['缴费成功', '作废'], 'both orders are listed, the newest first');
        await judge(page, 'tibet, orders of two ends');
        await page.context().close();
      });
    };
  };
}
