// A code that never arrives: how long the candidate waits is shown, another one is asked for, and there is another way in.
// A minute lies between two codes; each step is taken when other tests have let it pass.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from '../lib/console.mjs';
import { judge } from '../lib/judge.mjs';
import { eventually } from '../lib/phone.mjs';
import { DESKTOP, TELEPHONE } from '../lib/world.mjs';

/** Until another message may be asked for. */
const MINUTE_MS = 70_000;

/**
 * @param state  holds `second`, whose page is logged out, and `other`, its person
 * @return what follows a minute later; that returns what follows yet a minute later
 */
export function lostCode(world, state) {
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

  return () => {
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
      test('XZ-LOG-02 XZ-SGN-16 and the other way of logging in opens the door', async () => {
        const { second: portal, other } = state;
        await portal.logInByPhone(other);
        await portal.page.getByRole('heading', { name: `${other.name}，您好` }).waitFor();
        await portal.page.context().close();
      });
    };
  };
}
