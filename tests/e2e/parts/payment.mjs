// What goes wrong with codes: they end, they are scanned twice, the provider's word does not arrive.
// The code that ends is opened first and looked at last: three real minutes pass while the other tests run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { accessible, fits } from '../lib/judge.mjs';
import { person } from '../lib/people.mjs';
import { demoCandidate, Portal } from '../lib/portal.mjs';
import { Console } from '../lib/console.mjs';
import { TELEPHONE } from '../lib/world.mjs';

const EXPIRY_MS = 200_000;

/** What the server says of the payment page that `page` shows. */
function paymentOf(page) {
  return page.evaluate(async () => {
    const [, tenant, , id] = location.pathname.split('/');
    return (await fetch(`/${tenant}/api/cases/${id}/payment`)).json();
  });
}

async function until(holds) {
  for (const end = Date.now() + EXPIRY_MS; !(await holds()); await setTimeout(1_000))
    assert.ok(Date.now() < end, 'the order does not end');
}

/** Opens the window whose codes are left to end. @return what to do when they have */
export function expiry(world) {
  const state = {};

  test('XJ-PAY-06 a window with codes is opened and left alone', async () => {
    const portal = (state.portal = await demoCandidate(world));
    await portal.fillSignUp('100701', ['13203']); // XJ-REG-09: for which this person handed in no papers
    await assert.rejects(portal.submit(), /专业 护理学 是特殊专业，需要先在注册时勾选并上传材料/);
    await portal.signUp(['00024']);
    await portal.openPayment();
    await portal.openCodes();
    state.code = await world.phone.read(portal.code('微信'));
  });

  return () => {
    test('XJ-PAY-06 after 180 seconds the picture is covered, payment on the code is refused, and a new code can be made and paid', async () => {
      const { portal } = state;
      const { page } = portal;
      await portal.window.getByText('二维码已失效', { exact: true }).first().waitFor({ timeout: EXPIRY_MS });
      assert.equal(await portal.code('微信').isVisible(), false);
      assert.equal((await world.phone.pay(state.code)).ok, false, 'the provider refuses the old code');
      await accessible(page, 'payment window, codes over');
      // Whoever waits until the order itself has ended gets codes of a new one.
      await until(async () => (await paymentOf(page)).order.state === 'expired');
      await portal.window.getByRole('button', { name: '生成新的二维码' }).click();
      await portal.code('微信').waitFor();
      const fresh = await world.phone.read(portal.code('微信'));
      assert.notEqual(fresh, state.code);
      const telephone = await world.page(TELEPHONE);
      await world.phone.payByHand(telephone, fresh, 'late'); // the page asks, and does not wait for the notice
      await telephone.context().close();
      await page.getByRole('heading', { name: '缴费成功' }).waitFor();
      await page.context().close();
    });
  };
}

export function payment(world) {
  test('XJ-PAY-07 a code scanned by a second telephone is void; a new code is needed. XJ-PAY-08 查询缴费结果 fetches what no notice told', async () => {
    const one = person(world, { name: '钱二扫', sex: '1', birth: '1995-06-06' });
    const portal = await Portal.open(world, TELEPHONE);
    const { page } = portal;
    await portal.registerWhole(one);
    const clerk = await Console.of(world, 'prefecture_clerk');
    await clerk.openQueue();
    await clerk.row('钱二扫').getByRole('link').click();
    await clerk.review.getByRole('button', { name: '审核通过' }).click();
    await clerk.row('钱二扫').waitFor({ state: 'hidden' });
    await portal.comeAgain(one.number, one.password);
    await portal.signUp(['00024', '00018']);
    await fits(page, 'sign-up, submitted');
    await portal.openPayment();
    await fits(page, 'payment page');
    await accessible(page, 'payment page');
    await portal.openCodes();
    await fits(page, 'payment window');
    await accessible(page, 'payment window');
    await page.getByRole('link', { name: '打开支付宝' }).waitFor();
    const code = await world.phone.read(portal.code('支付宝'));
    const telephone = await world.page(TELEPHONE);
    const another = async (old) => {
      await portal.window.getByRole('button', { name: '关闭', exact: true }).click();
      await portal.openCodes();
      const fresh = await world.phone.read(portal.code('支付宝'));
      assert.notEqual(fresh, old);
      return fresh;
    };
    assert.match(await world.phone.scanByHand(telephone, code), /手机 A 已扫描/);
    await telephone.getByRole('button', { name: '换另一部手机再扫一次' }).click();
    await telephone.getByText('该二维码已被其他用户扫描').waitFor();
    const second = await another(code);
    assert.match(await world.phone.scanByHand(telephone, second), /手机 A 已扫描/);
    await telephone.getByRole('button', { name: '让二维码立即过期' }).click();
    await telephone.getByText('现在付款会被拒绝').waitFor();
    assert.match(await world.phone.scanByHand(telephone, second), /二维码已过期/);
    const third = await another(second);
    await portal.window.getByRole('button', { name: '关闭', exact: true }).click();
    await world.phone.payByHand(telephone, third, 'never');
    await telephone.context().close();
    await page.getByRole('button', { name: '查询缴费结果' }).click();
    await page.getByText(/向支付机构核实：已缴费/).waitFor();
    assert.equal(await page.getByRole('button', { name: '点击缴费' }).count(), 0);
    await page.goto(`${world.url}/orders`);
    await page.getByText('¥70.00').waitFor();
    assert.equal(await page.getByRole('listitem').filter({ hasText: '订单号' }).count(), 1, 'booked once');
    await fits(page, 'orders');
    await page.getByRole('link', { name: /^查看/ }).click();
    await page.getByRole('heading', { name: '已缴费' }).waitFor();
    await fits(page, 'order');
    await page.context().close();
  });
}
