// The registration's screens by themselves: what is asked, what is refused, and that nothing typed is ever lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from '../lib/console.mjs';
import { accessible, fits } from '../lib/judge.mjs';
import { person } from '../lib/people.mjs';
import { eventually } from '../lib/phone.mjs';
import { Portal } from '../lib/portal.mjs';
import { TELEPHONE } from '../lib/world.mjs';

const FIELDS = ['姓名', '性别', '出生年月', '户籍', '联系电话', '报名地州', '身份证号', '族别', '政治面貌', '学历', '职业', '邮箱'];

/** Opens a page of the procedure without filling in the ones before it: the address names it. */
async function openStep(portal, step, heading) {
  const address = new URL(portal.page.url());
  address.searchParams.set('step', String(step));
  await portal.page.goto(address.href);
  await portal.page.getByRole('heading', { name: heading, level: 2 }).waitFor();
}

export function registration(world) {
  test('XJ-REG-11 the four hints stand above the form, XJ-REG-03 the portrait is asked for bareheaded and one inch', async () => {
    const portal = await Portal.open(world);
    await portal.register();
    const text = await portal.page.getByRole('main').innerText();
    for (const hint of ['请仔细填写', '请选择近期免冠一寸照片', '登录密码设置不要过于简单', '审核未通过时可登录修改信息']) assert.ok(text.includes(hint), hint);
    await portal.page.context().close();
  });

  test('XJ-REG-04 without portrait and both sides of the ID card there is no next page; every fault is named at the top and at its field', async () => {
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await portal.next();
    await page.getByRole('heading', { name: '有 3 处需要修改' }).waitFor();
    for (const name of ['照片', '身份证正面', '身份证反面']) assert.equal(await page.getByText(`请上传“${name}”。`).count(), 2, name);
    await page.getByRole('link', { name: '请上传“身份证反面”。' }).click();
    await page.waitForFunction(() => document.activeElement.id === 'f-id_card_back');
    await accessible(page, 'registration with faults');
    await page.context().close();
  });

  test('XJ-REG-02 a portrait by camera and one by file become the same kind of picture', async () => {
    const one = person(world, { name: '孙志强' });
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await portal.uploadPortrait(one.pictures.portrait);
    await page.getByText(/^295×413 ·/).waitFor();
    await page.getByRole('button', { name: '在线拍照' }).click();
    await page.waitForFunction(() => document.querySelector('video')?.videoWidth > 0);
    await page.getByRole('button', { name: '拍照', exact: true }).click();
    await page.getByRole('list', { name: '照片检查' }).waitFor();
    await accessible(page, 'portrait being cropped');
    await page.getByRole('button', { name: '使用这张照片' }).click();
    await page.getByAltText('已上传的照片').waitFor();
    await page.getByText(/^295×413 ·/).waitFor();
    // Chromium's fake camera films no face; the check says so instead of letting the clerk find it.
    await page.getByText('须正好 1 张').waitFor();
    await page.context().close();
  });

  test('XJ-REG-05 a card that cannot be read says so, and everything can be typed by hand', async () => {
    const one = person(world, { name: '吴手写' });
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await portal.uploadPortrait(one.pictures.portrait);
    // The back where the front belongs: a card, but without a name or a number to read.
    await page.getByLabel('身份证正面：选择文件').setInputFiles(one.pictures.id_card_back);
    await page.getByText('正在识别…您可以先填写其他内容').or(page.getByText('没有识别出身份证上的文字')).first().waitFor();
    await page.getByText('没有识别出身份证上的文字，请重新拍摄清晰无反光的照片，或直接手动填写。').waitFor();
    await page.getByLabel('身份证反面：选择文件').setInputFiles(one.pictures.id_card_back);
    await page.getByAltText('已上传的身份证反面').waitFor();
    await portal.next('基本信息');
    assert.equal(await page.getByText('从证件识别').count(), 0);
    await page.getByLabel('姓名').fill(one.name);
    await page.getByLabel('身份证号').fill(one.number);
    await page.getByText('已自动保存').waitFor();
    await page.context().close();
  });

  test('XJ-REG-05 what is typed while a card is being read stays, and an answer that comes late fills nothing again', async () => {
    const one = person(world, { name: '钱学礼' });
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await portal.uploadPortrait(one.pictures.portrait);
    let answer;
    const late = new Promise((done) => (answer = done));
    let held = 0;
    await page.route('**/readings', async (route) => {
      const response = await route.fetch();
      if (held++ === 0) await late;
      await route.fulfill({ response });
    });
    await page.getByLabel('身份证正面：选择文件').setInputFiles(one.pictures.id_card_front);
    await eventually(() => held > 0, 'the question that is answered late');
    await page.getByLabel('身份证反面：选择文件').setInputFiles(one.pictures.id_card_back);
    await page.getByAltText('已上传的身份证反面').waitFor();
    await portal.next('基本信息');
    await page.getByLabel('姓名').fill('钱学理');
    answer();
    await eventually(async () => (await page.getByLabel('身份证号').inputValue()) === one.number, 'what the card says');
    await page.getByText('已修改，会标给审核人员').waitFor();
    await page.waitForTimeout(1_000); // longer than between two questions
    assert.equal(await page.getByLabel('姓名').inputValue(), '钱学理');
    await page.context().close();
  });

  test('XJ-REG-04 what is typed while a picture is on its way is saved after it, 提交 waits for the picture, says that it was lost, and finds one whose answer was lost', async () => {
    const one = person(world, { name: '孙传图', sex: '1', birth: '1996-02-14' });
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await portal.uploadPortrait(one.pictures.portrait);
    await portal.uploadCard(one.pictures);
    await portal.next('基本信息');
    await portal.fillPerson(one);
    const way = [];
    page.on('request', (request) => request.method() !== 'GET' && way.push(new URL(request.url()).pathname.split('/').at(-1)));
    // Holds the picture back, or the answer to it: then the server has the picture, and the browser does not know it.
    const devtools = await page.context().newCDPSession(page);
    const hold = async (requestStage, end) => {
      const held = new Promise((done) => devtools.once('Fetch.requestPaused', done));
      await devtools.send('Fetch.enable', { patterns: [{ urlPattern: '*/files?field=portrait', requestStage }] });
      const chosen = page.getByLabel('照片：上传照片');
      while ((await chosen.count()) === 0) await page.getByRole('button', { name: '上一步' }).click();
      await chosen.setInputFiles(one.pictures.portrait);
      await page.getByRole('button', { name: '使用这张照片' }).click();
      const { requestId, responseStatusCode } = await held;
      if (requestStage === 'Response') assert.equal(responseStatusCode, 200);
      way.length = 0;
      return async () => {
        way.push('told');
        await devtools.send(`Fetch.${end}Request`, { requestId, ...(end === 'fail' ? { errorReason: 'ConnectionFailed' } : {}) });
        await devtools.send('Fetch.disable');
      };
    };
    let release = await hold('Response', 'continue');
    await portal.next('基本信息');
    await page.getByLabel('联系电话').fill('13912345678');
    await page.waitForTimeout(1_500); // longer than from the last key to the draft
    const saved = page.waitForResponse((response) => response.url().endsWith('/draft'));
    await release();
    await saved;
    assert.deepEqual(way, ['told', 'draft']);

    const last = async () => {
      await portal.next('基本信息');
      await portal.next('特殊专业');
      await portal.next('设置密码并提交');
      await portal.fillSecrets(one);
      await page.getByLabel('我担保以上信息真实准确').check();
      await portal.next('核对并提交');
      await page.getByRole('button', { name: '提交', exact: true }).click();
    };
    release = await hold('Request', 'fail');
    await last();
    await page.getByRole('button', { name: '正在提交…' }).waitFor();
    await release();
    await page.getByRole('alert').getByText('“照片”没有传上去，请重新选择后再提交。').waitFor();
    assert.ok(!way.includes('submit'));

    release = await hold('Response', 'fail');
    await last();
    await page.getByRole('button', { name: '正在提交…' }).waitFor();
    await release();
    await page.getByText('已提交。').waitFor();
    assert.ok(way.indexOf('told') < way.indexOf('submit'));
    await page.context().close();
  });

  test('XJ-REG-06 asks for the fourteen fields, all required', async () => {
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await openStep(portal, 2, '基本信息');
    for (const field of FIELDS) assert.equal(await page.locator('.field .label', { hasText: new RegExp(`^\\s*${field}`) }).getByText('（必填）').count(), 1, field);
    await portal.next();
    await page.getByRole('heading', { name: '有 12 处需要修改' }).waitFor();
    await openStep(portal, 4, '设置密码并提交');
    for (const field of ['设置登录密码', '确认登录密码']) await page.getByLabel(field).waitFor();
    await page.context().close();
  });

  test('XJ-REG-07 different passwords and too simple ones are refused, XJ-REG-10 so is a missing declaration', async () => {
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await openStep(portal, 4, '设置密码并提交');
    await page.getByLabel('设置登录密码').fill('12345678');
    await page.getByLabel('确认登录密码').fill('12345679');
    await portal.next();
    const summary = page.getByRole('alert');
    await summary.getByText('密码须包含字母').waitFor();
    await summary.getByText('两次输入的密码不一致').waitFor();
    await summary.getByText('请勾选“我担保以上信息真实准确”').waitFor();
    assert.equal(await page.getByLabel('设置登录密码').inputValue(), '12345678', 'what was typed is kept');
    await page.context().close();
  });

  test('XJ-REG-08 three special majors, several allowed; XJ-REG-09 each ticked one needs its papers', async () => {
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await openStep(portal, 3, '特殊专业');
    const boxes = page.getByRole('group', { name: '报考特殊专业' });
    assert.deepEqual((await boxes.locator('label').allInnerTexts()).map((text) => text.trim()), ['监所管理(030109)', '公安管理(030401)', '护理学(100701)']);
    assert.equal(await page.getByText('卫生类执业资格证书').count(), 0, 'no papers are asked for before');
    await boxes.getByLabel('公安管理(030401)').check();
    await boxes.getByLabel('护理学(100701)').check();
    await portal.next();
    await page.getByRole('heading', { name: '有 2 处需要修改' }).waitFor();
    await page.getByText('请上传“护理学：卫生类执业资格证书”。').first().waitFor();
    await boxes.getByLabel('公安管理(030401)').uncheck();
    await boxes.getByLabel('护理学(100701)').uncheck();
    await portal.next('设置密码并提交');
    await page.context().close();
  });

  test('a draft survives a reload, a lost connection and a restart of the server', async () => {
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await openStep(portal, 2, '基本信息');
    await page.getByLabel('姓名').fill('周保存');
    await page.getByText('已自动保存').waitFor();
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#f-name')?.value === '周保存');

    await page.context().setOffline(true);
    await page.getByLabel('联系电话').fill('13912345678');
    await page.getByText('网络不通，内容已留在本页').waitFor();
    await page.getByText('网络已断开').waitFor();
    await accessible(page, 'registration without network');
    await page.context().setOffline(false);
    await page.getByText('已自动保存').waitFor();
    await page.getByText('网络已断开').waitFor({ state: 'hidden' });

    await world.installation.restartServer();
    await page.getByLabel('邮箱').fill('zhou@example.com');
    await page.getByText('已自动保存').waitFor();
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#f-email')?.value === 'zhou@example.com');
    assert.equal(await page.getByLabel('姓名').inputValue(), '周保存');
    assert.equal(await page.getByLabel('联系电话').inputValue(), '13912345678');
    await page.context().close();
  });

  test('what was typed while the connection was lost survives a reload of the page too', async () => {
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await openStep(portal, 2, '基本信息');
    await page.route('**/draft', (route) => route.abort('connectionfailed'));
    await page.getByLabel('姓名').fill('吴断网');
    await page.getByText('网络不通，内容已留在本页').waitFor();
    await page.unroute('**/draft');
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#f-name')?.value === '吴断网');
    await page.getByText('已自动保存').waitFor();
    await page.context().close();
  });

  test('the form keeps everything when the server refuses it, and says why at the field; a submission whose answer was lost is found after the log-in', async () => {
    const one = person(world, { name: '郑重填', sex: '1', birth: '1997-11-02' });
    const portal = await Portal.open(world);
    const { page } = portal;
    await portal.register();
    await portal.uploadPortrait(one.pictures.portrait);
    await portal.uploadCard(one.pictures);
    await portal.next('基本信息');
    await portal.fillPerson(one);
    await portal.radio('sex', '女');
    await portal.next('特殊专业');
    await portal.next('设置密码并提交');
    await page.getByLabel('设置登录密码').fill(`a${one.number}`);
    await page.getByLabel('确认登录密码').fill(`a${one.number}`);
    await page.getByLabel('我担保以上信息真实准确').check();
    await portal.next('核对并提交');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await page.getByRole('alert').getByText(/需要修改/).waitFor();
    const faults = await page.getByRole('alert').innerText();
    assert.match(faults, /性别与身份证号不一致|密码/);
    await openStep(portal, 2, '基本信息');
    assert.equal(await page.getByLabel('身份证号').inputValue(), one.number);
    assert.equal(await page.getByLabel('邮箱').inputValue(), one.email);
    await portal.radio('sex', '男');
    await portal.next('特殊专业');
    await portal.next('设置密码并提交');
    await portal.fillSecrets(one);
    await portal.next('核对并提交');
    const before = await page.context().cookies();
    await page.route('**/actions/submit', async (route) => {
      await route.fetch();
      await page.context().clearCookies();
      await page.context().addCookies(before);
      await route.abort('connectionfailed');
    }, { times: 1 });
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await page.getByText('网络连接不上，请检查网络后重试。').waitFor();
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await page.getByText('您填写的内容可能已经提交成功。').waitFor();
    await portal.logIn(one.number, one.password);
    await portal.status().getByText('审核中').waitFor();
    await page.context().close();
  });

  test('the whole registration fits a telephone, is accessible there, and the clerk can decide it', async () => {
    const one = person(world, { name: '何手机', sex: '2', birth: '2001-01-30' });
    const portal = await Portal.open(world, TELEPHONE);
    const { page } = portal;
    await portal.register();
    await fits(page, 'registration, pictures');
    await portal.uploadPortrait(one.pictures.portrait);
    await portal.uploadCard(one.pictures);
    await fits(page, 'registration, uploaded pictures');
    await accessible(page, 'registration, uploaded pictures');
    await portal.next('基本信息');
    await portal.fillPerson(one);
    await fits(page, 'registration, person');
    await portal.next('特殊专业');
    await fits(page, 'registration, special majors');
    await accessible(page, 'registration, special majors');
    await portal.next('设置密码并提交');
    await fits(page, 'registration, password');
    await accessible(page, 'registration, password');
    await portal.fillSecrets(one);
    await page.getByLabel('我担保以上信息真实准确').check();
    await portal.next('核对并提交');
    await fits(page, 'registration, summary');
    await accessible(page, 'registration, summary');
    await portal.submit();
    await fits(page, 'registration, waiting');
    const clerk = await Console.of(world, 'prefecture_clerk');
    await clerk.openQueue();
    await clerk.row('何手机').getByRole('link').click();
    await clerk.review.getByText('三者一致').waitFor();
    await clerk.key('1');
    await clerk.row('何手机').waitFor({ state: 'hidden' });
    await page.context().close();
  });
}
