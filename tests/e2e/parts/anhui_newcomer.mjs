// Somebody new in the province of graduations, up to the degree before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnhuiPortal, graduate, newcomer } from '../lib/anhui.mjs';
import { Console } from '../lib/console.mjs';
import { judge } from '../lib/judge.mjs';
import { pdf } from '../lib/papers.mjs';
import { TELEPHONE } from '../lib/world.mjs';

const MAJOR = '080901';
const BANK_CLOSED = /23:00.*01:00/;
/** Nobody pays between 23:00 and 01:00; the clock of these tests is the world's. */
const bankSettles = () => ['23', '00'].includes(new Date().toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' }).slice(0, 2));

/** Somebody new: registration, sign-up and payment, the check of the degree before. @param viewport  of the candidate */
export function anhuiNewcomer(world, { viewport = TELEPHONE } = {}) {
  const state = {};

  test('AH-CER-04 AH-GRA-17 contacts and flow are open to all; DEF-AH-01 a registration gives a number and waits for its city', async () => {
    const one = (state.one = newcomer(world, { name: '周小雨' }));
    const portal = (state.portal = await AnhuiPortal.open(world, viewport));
    const { page } = portal;
    await judge(page, 'anhui, home');
    await page.getByRole('navigation', { name: '账户' }).getByRole('link', { name: '联系方式' }).click();
    await page.getByText('合肥工业大学').waitFor();
    await page.getByText('电话待考试机构填写').first().waitFor();
    await judge(page, 'anhui, contacts');
    await page.goto(`${world.url}/notices/flow`);
    const flow = await page.getByRole('main').innerText();
    for (const step of ['①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '合肥市考生按合肥市教育考试院相关要求办理']) assert.ok(flow.includes(step), step);
    await judge(page, 'anhui, flow');
    await page.goto(`${world.url}/`);
    await portal.registerWhole(one);
    await judge(page, 'anhui, registration');
    await portal.next('核对并提交');
    await portal.send('提交注册');
    await portal.status().getByText('待审核').waitFor();
    const clerk = (state.clerk = await Console.of(world, 'prefecture_clerk'));
    await clerk.open('新生注册：待审核', one.name);
    await judge(clerk.page, 'anhui, review of a registration');
    await clerk.decide('审核通过');
    await page.reload();
    await portal.status().getByText('审核通过').waitFor();
  });

  test('DEF-AH-02 signs up for two courses and pays 60 yuan by the telephone; every time stands once on 办理时间安排', async () => {
    const { portal } = state;
    const { page } = portal;
    await portal.go('课程报考');
    await page.getByText(/^0200\d{8}$/).waitFor();
    await portal.pick('考试所在市', '芜湖市');
    await portal.pick('考试所在县区', '镜湖区');
    await portal.pick('报考专业', MAJOR);
    await page.locator('#f-courses-2').selectOption('00023');
    await page.locator('#f-courses-3').selectOption('13000');
    await page.getByLabel('本人已阅读报考须知并承诺诚信考试').check();
    await judge(page, 'anhui, sign-up');
    await portal.next('核对并提交');
    await portal.send('提交报考');
    await portal.openPayment();
    assert.match(await page.getByRole('main').innerText(), /60\.00/);
    if (bankSettles()) {
      await page.getByText(BANK_CLOSED).first().waitFor();
      assert.equal(await page.getByRole('button', { name: '点击缴费' }).count(), 0);
    } else {
      await portal.openCodes();
      assert.ok((await world.phone.pay(await world.phone.read(portal.code('支付宝')))).ok);
      await page.getByText('缴费成功').first().waitFor();
    }
    await judge(page, 'anhui, paid');
    await portal.go('办理时间安排');
    const main = page.getByRole('main');
    await main.getByText('报名时间').waitFor();
    for (const title of ['毕业申请照片上传', '毕业申请']) await main.getByText(title, { exact: true }).waitFor();
    assert.equal(await main.locator('dt', { hasText: '课程报考' }).count(), 0, 'the time for signing up stands once');
    await judge(page, 'anhui, times');
  });

  test('AH-DEG-06 AH-DEG-04 AH-DEG-05 AH-DEG-07 scanning finds nothing, then another name: papers, refused once by the city and corrected; then two degrees of which one is chosen', async () => {
    const { portal, one } = state;
    const { page } = portal;
    await portal.go('前置学历核验');
    await page.getByRole('link', { name: '下载学信网APP' }).waitFor(); // AH-DEG-11
    await portal.scanDegree(one, { person: 'none' });
    await page.getByText(/在学信网APP的“学历查询”中查到自己的学历信息后，再重新扫码/).waitFor();
    await judge(page, 'anhui, degree, none found');
    await portal.scanDegree(one, { person: 'other_name' });
    await page.getByText('身份信息不一致').waitFor();
    await papers(state);
    await portal.scanDegree(one, { person: 'several' });
    const choices = page.getByRole('group', { name: /查询到多条学历/ });
    await choices.waitFor();
    await judge(page, 'anhui, degree, several');
    await choices.getByText(/模拟职业学院/).click();
    await choices.getByRole('button', { name: '选定这条学历' }).click();
    await choices.waitFor({ state: 'hidden' });
    await page.getByText('已完成').waitFor();
    await page.getByText('在线核验', { exact: true }).waitFor();
    assert.equal(await page.getByText('模拟大学').count(), 0, 'what was not chosen is not kept');
  });

  test('somebody else signs in on the same computer: the tab left open says so, and nothing of it goes into the other\'s file', async () => {
    const { portal, one } = state;
    const { page } = portal;
    await portal.go('身份信息更正');
    await portal.type('姓名', '周小雪');
    await page.getByText(/已自动保存/).waitFor();
    const second = new AnhuiPortal(world, await page.context().newPage());
    world.watch(second.page);
    const { number, password } = graduate(world);
    await second.comeAgain(number, password);
    await page.bringToFront();
    await portal.type('姓名', one.name);
    await page.getByRole('alert').getByText('页面已过期，请刷新页面后再试。').waitFor();
    await judge(page, 'anhui, somebody else signed in');
    assert.equal(await page.getByRole('textbox', { name: /^姓名/ }).inputValue(), one.name, 'what was typed stays');
    await second.page.bringToFront();
    await second.go('身份信息更正');
    assert.equal(await second.page.getByRole('textbox', { name: /^姓名/ }).inputValue(), '');
    await page.context().close();
  });

  /** The papers route: the register knows the old name, the police prove the new one, the city decides. */
  async function papers({ portal, clerk, one }) {
    const { page } = portal;
    await page.getByRole('link', { name: '在线核验不成功？提交书面材料' }).click();
    await portal.pick('办理毕业的市', '芜湖市');
    await portal.pick('不能在线核验的原因', '身份证号、姓名变更');
    await portal.pick('材料种类', '中国高等教育学历认证报告');
    await portal.type('材料编号', 'R-2026-0007');
    await portal.pick('学历层次', '专科');
    await portal.type('毕业院校', '模拟职业学院');
    await page.locator('#f-diploma_date').fill('2018-06-30');
    await page.getByLabel('材料扫描件：选择文件').setInputFiles(pdf(20_480));
    await page.getByText('已上传').waitFor();
    await judge(page, 'anhui, papers');
    await portal.next();
    await page.getByRole('alert').getByText(/公安机关/).click();
    await page.getByLabel('公安机关等相关单位出具的证明：选择文件').setInputFiles(pdf(20_481));
    await page.getByText('已上传').nth(1).waitFor();
    await portal.next('核对并提交');
    await portal.send('提交材料');
    await portal.status().getByText('待审核').waitFor();
    await clerk.open('前置学历材料提交：待审核', one.name);
    await judge(clerk.page, 'anhui, review of papers');
    await clerk.decide('审核不通过', '材料不清晰，请重新上传。');
    await page.reload();
    await portal.status().getByText('材料不清晰，请重新上传。').waitFor();
    await judge(page, 'anhui, papers refused');
    await portal.type('材料编号', 'R-2026-0008');
    await page.getByLabel('材料扫描件：选择文件').setInputFiles(pdf(20_482));
    await portal.next('核对并提交');
    await portal.send('提交材料');
    await clerk.open('前置学历材料提交：待审核', one.name);
    await clerk.review.getByText('R-2026-0008').waitFor();
    await clerk.decide('认可学历');
    await portal.message('您的前置学历材料已审核通过');
    await portal.go('前置学历核验');
    await page.getByText('已完成').waitFor();
    for (const words of ['书面材料审核', '模拟职业学院', 'R-2026-0008']) await page.getByText(words).waitFor();
    await judge(page, 'anhui, degree by papers');
  }
}
