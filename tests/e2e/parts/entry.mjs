// The log-in page, the forgotten password, and what a first visit costs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, fits, settled } from '../lib/judge.mjs';
import { person } from '../lib/people.mjs';
import { demoCandidate, Portal } from '../lib/portal.mjs';
import { CAPTCHA, DESKTOP, TELEPHONE } from '../lib/world.mjs';

const FIRST_LOAD_BYTES = 200 * 1024;

export function entry(world) {
  test('XJ-LOG-01 asks for number, password and five-character picture code; a wrong code is refused and a new one drawn', async () => {
    const { page } = await Portal.open(world);
    await page.getByRole('heading', { name: '欢迎使用新疆维吾尔自治区自学考试报名系统' }).waitFor();
    const account = world.accountOf('candidate');
    assert.equal(await page.getByLabel('验证码', { exact: true }).getAttribute('maxlength'), '5');
    const picture = page.getByAltText('验证码图片');
    const drawn = await picture.getAttribute('src');
    await page.getByLabel('身份证号码').fill(account.fields.id_number);
    await page.getByLabel('密码', { exact: true }).fill(account.password);
    await page.getByLabel('验证码', { exact: true }).fill('QQQQQ');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.locator('#login-captcha-note .error').waitFor();
    await page.waitForFunction((old) => document.querySelector('img[alt="验证码图片"]')?.src !== old, drawn);
    assert.equal(await page.getByLabel('身份证号码').inputValue(), account.fields.id_number, 'what was typed is kept');
    assert.equal(await page.getByLabel('验证码', { exact: true }).inputValue(), '');
    await page.getByLabel('验证码', { exact: true }).fill(CAPTCHA.toLowerCase());
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('heading', { name: '测试考生，您好' }).waitFor();
    await page.context().close();
  });

  test('XJ-LOG-02 an empty user name is refused with 用户名不能为空', async () => {
    const { page } = await Portal.open(world);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    assert.equal(await page.locator('#login-id_number-error .error').innerText(), '用户名不能为空');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'login-id_number', 'the focus goes to the field');
    await page.context().close();
  });

  test('XJ-LOG-03 忘记密码 and 点此注册 lead to their pages, XJ-LOG-04 the recommended browsers are named, XJ-REG-01 so are the four stages', async () => {
    const { page } = await Portal.open(world);
    await page.getByText('推荐使用QQ、360、搜狗浏览器极速模式').waitFor();
    const stages = await page.getByRole('list', { name: '办理流程' }).getByRole('listitem').allInnerTexts();
    assert.deepEqual(stages.map((text) => text.replace(/\d/g, '').trim()), ['注册', '审核', '报考', '缴费']);
    await page.getByRole('link', { name: '忘记密码' }).click();
    await page.getByRole('heading', { name: '忘记密码' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: '点此注册' }).click();
    await page.getByRole('heading', { name: '考生信息注册' }).waitFor();
    await page.context().close();
  });

  test('XJ-LOG-05 a forgotten password is set anew with a code sent to the mailbox or telephone of the registration, and sent to nobody unknown', async () => {
    const one = person(world, { name: '李文华', sex: '2', birth: '1996-08-21' });
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.registerWhole(one);
    const ask = async (on, number, way) => {
      // First what the log-in page has not: the other labels stand on both.
      await on.getByLabel(way).check();
      await on.getByLabel('身份证号码').fill(number);
      await on.getByLabel('验证码', { exact: true }).fill(CAPTCHA);
      await on.getByRole('button', { name: '获取验证码' }).click();
      await on.getByText('如果这个身份证号已注册').waitFor();
    };
    const set = async (on, code) => {
      await on.getByLabel('验证码（6 位数字）').fill(code);
      await on.getByLabel('新密码', { exact: true }).fill('xinmima2027');
      await on.getByLabel('确认新密码').fill('xinmima2027');
      await on.getByRole('button', { name: '设置新密码' }).click();
    };
    const other = await Portal.open(world);
    await other.page.getByRole('link', { name: '忘记密码' }).click();
    await ask(other.page, one.number, '电子邮箱');
    await other.page.getByText('已发送到登记的邮箱').waitFor();
    const mail = await world.phone.mail(one.email);
    assert.match(mail.sender, /^新疆维吾尔自治区教育考试院 </);
    assert.equal(mail.subject, '自学考试报名系统验证码');
    const inbox = await world.page();
    await set(other.page, await world.phone.mailedCodeByHand(inbox, one.email));
    await other.page.getByText('新密码已设置').waitFor();
    await other.page.getByRole('link', { name: '去登录' }).click();
    await other.logIn(one.number, 'xinmima2027');

    const stranger = await Portal.open(world);
    await stranger.page.getByRole('link', { name: '忘记密码' }).click();
    const { fields: known } = world.accountOf('candidate');
    await ask(stranger.page, known.id_number, '手机短信');
    await world.phone.message(known.phone, /\d{6}/);
    const before = [await world.phone.call('sms'), await world.phone.call('mail')];
    for (const [serial, way] of ['手机短信', '电子邮箱'].entries()) {
      await stranger.page.getByRole('button', { name: '没有收到，重新获取' }).click();
      await ask(stranger.page, ['990101200001010014', '990101200001010022'][serial], way);
      await set(stranger.page, '123456');
      await stranger.page.locator('#forgot-code-error .error').waitFor();
    }
    assert.deepEqual([await world.phone.call('sms'), await world.phone.call('mail')], before, 'nobody got a code');
    for (const each of [page, other.page, inbox, stranger.page]) await each.context().close();
  });

  test('the first load of the portal costs at most 200 KB compressed, and what has a hash in its name is kept for ever', async () => {
    const page = await world.page();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    let total = 0;
    session.on('Network.loadingFinished', (event) => (total += event.encodedDataLength));
    const assets = [];
    page.on('response', (response) => response.url().includes('/assets/') && assets.push(response));
    await page.goto(`${world.url}/`);
    await settled(page);
    assert.ok(assets.length >= 3, `only ${assets.length} assets were fetched`);
    for (const asset of assets) {
      const headers = await asset.allHeaders();
      assert.match(headers['cache-control'], /max-age=31536000.*immutable/, asset.url());
      if (Number(headers['content-length']) > 4096) assert.match(headers['content-encoding'] ?? 'none', /^(br|gzip)$/, asset.url());
    }
    assert.ok(total <= FIRST_LOAD_BYTES, `${total} bytes`);
    await page.context().close();
  });

  test('every page of the portal that needs no procedure fits 1280 and 375 pixels and is accessible', async () => {
    for (const viewport of [DESKTOP, TELEPHONE]) {
      const visitor = await Portal.open(world, viewport);
      for (const path of ['/', '/forgot', '/majors/530601', '/calendar', '/claim', '/no-such-page']) {
        await visitor.page.goto(world.url + path);
        await fits(visitor.page, path);
        await accessible(visitor.page, path);
      }
      // The office's telephone stands below every page; until it is entered the contacts do.
      await visitor.page.getByRole('contentinfo').getByRole('link', { name: '联系方式' }).click();
      await visitor.page.getByText('乌鲁木齐市教育招生考试机构').waitFor();
      await visitor.page.getByText('电话待考试机构填写').first().waitFor();
      await fits(visitor.page, '/contacts');
      await accessible(visitor.page, '/contacts');
      await visitor.page.context().close();
      const candidate = await demoCandidate(world, viewport);
      for (const path of ['/center', '/notices/sign_up', '/orders', '/messages', '/password']) {
        await candidate.page.goto(world.url + path);
        await fits(candidate.page, path);
        await accessible(candidate.page, path);
      }
      await candidate.page.context().close();
    }
    const list = await world.page();
    await list.goto(`${world.installation.url}/`);
    await list.getByRole('link', { name: /新疆维吾尔自治区自学考试报名系统/ }).waitFor();
    await fits(list, 'the list of tenants');
    await accessible(list, 'the list of tenants');
    await list.context().close();
  });
}
