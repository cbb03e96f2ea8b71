// The province of registration by SMS code, completed data and the half-hour order: the whole way at the width of a telephone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible, judge } from '../lib/judge.mjs';
import { Portal } from '../lib/portal.mjs';
import { FOUR, tibetan, TibetPortal } from '../lib/tibet.mjs';
import { CAPTCHA, DESKTOP, TELEPHONE } from '../lib/world.mjs';
import { halfHour } from './half_hour.mjs';
import { lostCode } from './lost_code.mjs';
import { graduation, transferOut, waiver } from './tibet_papers.mjs';

const PLATFORM = '西藏自治区高等教育自学考试信息管理综合平台';
const MENU = ['考生信息', '专业课程', '统考报名', '考试查询', '考生须知'];
const BESIDE_THE_EXAMS = ['转考申请', '免考申请', '毕业申请', '前置学历核验', '毕业照片', '联系方式'];
/** In provinces/tibet/demo/people_on_file.csv. */
const ON_FILE = { name: '尼玛·次仁', number: '990101199503086128', sex: '2', birth: '1995-03-08' };

const ALSO_ON_FILE = { name: '扎西多吉', number: '990101199608150018' };

/** @return what follows when another minute has passed; that returns what is left then */
export function tibet(world) {
  const state = {};
  const half = halfHour(world);

  test('XZ-REG-01 the home page is open to all with 新生注册, 完善资料 and 登录; XZ-SGN-17 XZ-SGN-16 so are the nine answers', async () => {
    for (const viewport of [DESKTOP, TELEPHONE]) {
      const portal = await TibetPortal.open(world, viewport);
      const { page } = portal;
      await page.getByRole('heading', { name: `欢迎使用${PLATFORM}` }).waitFor();
      for (const title of ['新生注册', '完善资料', '登录']) await portal.entry(title).waitFor();
      await judge(page, 'tibet, home');
      await page.getByRole('navigation', { name: '账户' }).getByRole('link', { name: '常见问题' }).click();
      const questions = page.locator('summary');
      await questions.first().waitFor();
      assert.equal(await questions.count(), 9);
      await page.getByText('报名过程中未收到短信验证码').click();
      await page.getByText(/确定手机号是否输入正确/).waitFor();
      await page.getByRole('link', { name: '0891-6314357' }).first().waitFor();
      await judge(page, 'tibet, help');
      for (const path of ['/login', '/majors/030301', '/calendar', '/notices/candidate']) {
        await page.goto(world.url + path);
        await judge(page, `tibet${path}`);
      }
      await page.context().close();
    }
  });

  test('XZ-REG-02 XZ-REG-03 XZ-REG-07 the form comes after the notice, in three parts, the pictures are shown once uploaded; XZ-REG-12 首页 leaves and keeps what was typed', async () => {
    const one = (state.one = tibetan(world, { birth: '1999-05-12' }));
    const portal = (state.portal = await TibetPortal.open(world));
    const { page } = portal;
    await page.goto(`${world.url}/register`);
    await page.getByRole('heading', { name: '注册须知' }).waitFor();
    await judge(page, 'tibet, registration notice');
    await portal.acknowledge('注册须知', '我已阅读完注册须知');
    await page.getByRole('heading', { name: '证件信息' }).waitFor();
    assert.deepEqual((await page.getByRole('navigation', { name: '填写步骤' }).getByRole('listitem').allInnerTexts()).map((text) => text.replace(/^\W*\d/, '').trim()).length, 3);
    await judge(page, 'tibet, registration, pictures asked for');
    await portal.uploadSides(one.pictures, '身份证(正面)', '身份证(反面)');
    await portal.uploadFace(one.pictures.portrait);
    await page.getByAltText('已上传的个人证件照').waitFor();
    await judge(page, 'tibet, registration, pictures');
    await portal.next('基本信息');
    await portal.type('单位/学校', '还没填完');
    await page.getByRole('link', { name: '首页', exact: true }).last().click(); // XZ-REG-12
    await portal.entry('新生注册').click();
    await page.getByAltText('已上传的个人证件照').waitFor();
    await portal.next('基本信息');
    assert.equal(await page.locator('#f-workplace').inputValue(), '还没填完', 'whoever leaves finds what was typed');
    assert.equal(await page.locator('#f-name').inputValue(), one.name);
    assert.equal(await page.locator('#f-id_number').inputValue(), one.number);
    await portal.fillPerson(one);
    await judge(page, 'tibet, registration, person');
    await portal.next('考试信息');
    await portal.pick('考生类型', '社会考生');
    await portal.pick('报考城市', '拉萨');
    await portal.pick('报考专业', '030301-行政管理-专科');
    await judge(page, 'tibet, registration, exam');
  });

  test('XZ-REG-13 注册 asks again with what was typed; 取消 stores nothing, 确认 registers, and a message comes to the telephone', async () => {
    const { portal, one } = state;
    const { page } = portal;
    await page.getByRole('button', { name: '注册', exact: true }).click();
    await portal.prompt.getByText(`姓名: ${one.name} 身份证: ${one.number} 电话号码: ${one.phone}`).waitFor();
    await accessible(page, 'tibet, registration, question');
    await portal.prompt.getByRole('button', { name: '取消' }).click();
    await portal.prompt.waitFor({ state: 'hidden' });
    assert.equal((await page.evaluate(async () => (await fetch('/tibet/api/me')).json())).kind, 'visitor', 'nobody was registered');
    await page.getByRole('button', { name: '注册', exact: true }).click();
    await portal.prompt.getByRole('button', { name: '确认' }).click();
    await portal.prompt.getByText('注册成功').waitFor();
    await accessible(page, 'tibet, registered');
    await portal.prompt.getByRole('button', { name: '进入系统' }).click();
    await page.getByRole('heading', { name: `${one.name}，您好` }).waitFor();
    await judge(page, 'tibet, centre');
    await world.phone.message(one.phone, /注册成功/);
  });

  test('XZ-LOG-04 the menu has its five entries in their order; DEF-XZ-01 非统考申请 with two stands below them, DEF-XZ-02 毕业申请 too', async () => {
    const { portal } = state;
    const titles = await portal.menuTitles();
    assert.deepEqual(titles.filter((title) => !['考籍更改', '考生缴费'].includes(title)).slice(0, 5), MENU);
    assert.deepEqual(titles, ['考生信息', '考籍更改', '专业课程', '统考报名', '考生缴费', '考试查询', '考生须知', ...BESIDE_THE_EXAMS]);
    await portal.menu.getByText('非统考申请', { exact: true }).waitFor();
  });

  test('XZ-SGN-01 XZ-SGN-02 every sign-up begins with its notice, read to the end and ticked, under 当前位置: 首页 > 统考报名', async () => {
    const { portal } = state;
    const { page } = portal;
    await portal.go('统考报名');
    await page.getByRole('heading', { name: '报名须知' }).waitFor();
    assert.equal((await page.getByRole('navigation', { name: '当前位置' }).innerText()).replace(/\s/g, ''), '当前位置:首页>统考报名');
    const tick = page.getByLabel('我已阅读完报名须知');
    assert.ok(await tick.isDisabled(), 'the end was not seen yet');
    await judge(page, 'tibet, sign-up notice');
    await portal.acknowledge('报名须知', '我已阅读完报名须知');
    await page.getByRole('heading', { name: '考试报名基本信息' }).waitFor();
  });

  test('XZ-SGN-08 eight lines are only read, two are asked for; XZ-SGN-09 XZ-SGN-10 options read code-name-level, every slot has its date and time', async () => {
    const { portal, one } = state;
    const { page } = portal;
    const facts = await page.locator('.told dl > div').evaluateAll((rows) => rows.map((row) => row.innerText.split(/\s+/)));
    assert.deepEqual(facts.map(([label]) => label), ['准考证号', '姓名', '性别', '身份证', '民族', '户籍', '政治面貌', '电话']);
    const told = Object.fromEntries(facts);
    assert.match(told['准考证号'], /^\d{9,}$/);
    assert.equal(told['姓名'], one.name);
    assert.equal(told['户籍'], '城镇');
    assert.ok(!JSON.stringify(told).includes(one.number) && !JSON.stringify(told).includes(one.phone), 'number and telephone are masked');
    await page.locator('.field', { hasText: '职业' }).getByText('体育工作人员').waitFor();
    assert.equal(await page.locator('#f-workplace').inputValue(), 'XZDX');
    await judge(page, 'tibet, sign-up, person');
    await portal.next('考试信息');
    await page.getByText(/^\d{3}-\d{4}年\d{1,2}月自考$/).waitFor();
    await page.getByText('0100-拉萨考区').first().waitFor(); // XZ-SGN-03
    await page.getByText('030301-行政管理-专科').first().waitFor();
    const slots = await page.locator('#f-courses label').allInnerTexts();
    assert.equal(slots.length, 4);
    for (const [at, slot] of slots.entries()) assert.match(slot, new RegExp(`^班次: ${at + 1} 考试时间: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d 至 \\d\\d:\\d\\d$`));
    assert.equal(await page.locator('#f-courses-1 option').first().innerText(), '请选择');
    await judge(page, 'tibet, sign-up, exam');
    await portal.next();
    await page.getByText('请至少选择一门课程。').first().waitFor(); // XZ-SGN-11
    await page.locator('#f-courses-1').selectOption(FOUR[0]);
    await portal.next();
    await page.getByRole('button', { name: '在线缴费' }).waitFor();
  });

  test('XZ-PAY-01 XZ-PAY-02 XZ-PAY-03 XZ-PAY-04 XZ-PAY-05 ten notices, seven columns, 40 and 36 yuan, one course counted; XZ-PAY-06 取消 creates no payment', async () => {
    const { portal } = state;
    const { page } = portal;
    const main = await page.getByRole('main').innerText();
    const notices = page.locator('section', { has: page.getByRole('heading', { name: '网上缴费须知' }) });
    assert.equal(await notices.getByRole('listitem').count(), 10);
    const table = page.getByRole('table').first();
    assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), ['序号', '报考课程', '课程代码', '报考费用', '是否付款', '订单时间', '备注']);
    assert.match(main, /40\.0[^]*36\.0[^]*76\.0/);
    const sum = (await table.getByRole('row', { name: /^总计/ }).innerText()).replace(/\s+/g, ' ');
    assert.match(sum, /考生姓名 达瓦·卓玛 准考证号 \d{12} 报考 1门课程 需缴费用 ¥76\.0/, '报名费 is no course');
    const lines = await table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText)));
    assert.deepEqual(lines.map(([no, , , , paid]) => [no, paid]), [['1', '未缴费'], ['2', '未缴费']]);
    for (const line of lines) assert.match(line[5], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, 'XZ-PAY-05 订单时间');
    await judge(page, 'tibet, payment page');
    await page.getByRole('button', { name: '在线缴费' }).click();
    await portal.prompt.getByText(/请千万不要关闭支付窗口与浏览器/).waitFor();
    await portal.prompt.getByRole('button', { name: '取消' }).click();
    await portal.prompt.waitFor({ state: 'hidden' });
    assert.equal(await portal.codePicture.count(), 0);
  });

  test('XZ-PAY-07 the code is paid with WeChat while the browser is closed', async () => {
    const { portal } = state;
    const code = await portal.openCode();
    await judge(portal.page, 'tibet, payment window');
    await portal.page.context().close();
    const telephone = await world.page(TELEPHONE);
    assert.match(await world.phone.payByHand(telephone, code), /76\.0/);
    await telephone.context().close();
  });

  test('XZ-INF-02 XZ-INF-05 XZ-INF-07 a person on file completes the data after the notice; the question repeats three values and 取消 stores nothing', async () => {
    const other = (state.other = { ...tibetan(world, ON_FILE), ...ON_FILE });
    const portal = (state.second = await TibetPortal.open(world));
    const { page } = portal;
    await portal.entry('完善资料').click();
    await page.getByRole('heading', { name: '完善资料须知' }).waitFor();
    await judge(page, 'tibet, completing data, notice');
    await portal.acknowledge('完善资料须知', '我已阅读完完善资料须知');
    await page.getByText('完善资料，重新取回账号、绑定手机号码、重置登录密码').waitFor();
    await page.getByText('请输入自己当前使用手机号，否则会影响相关信息通知').waitFor();
    await portal.uploadSides(other.pictures, '身份证照（正面）', '身份证照（反面）');
    await portal.type('姓名', other.name);
    await portal.type('身份证号', other.number);
    await portal.type('手机号', other.phone);
    await portal.proveFormPhone(other);
    await page.locator('#f-password').fill(other.password);
    await page.locator('#f-password_again').fill(`${other.password}x`);
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText('两次输入的密码不一致').first().waitFor(); // XZ-INF-06
    await page.locator('#f-password_again').fill(other.password);
    await judge(page, 'tibet, completing data');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await portal.prompt.getByText(`【姓名: ${other.name} 身份证: ${other.number} 电话号码: ${other.phone}】`).waitFor();
    await portal.prompt.getByRole('button', { name: '取消' }).click();
    await portal.prompt.waitFor({ state: 'hidden' });
    assert.equal((await page.evaluate(async () => (await fetch('/tibet/api/me')).json())).kind, 'visitor');
  });

  test('XZ-INF-08 after 确认 the dialog names both ways of logging in and leads on', async () => {
    const { second: portal, other } = state;
    const { page } = portal;
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await portal.prompt.getByRole('button', { name: '确认' }).click();
    await portal.prompt.getByText(/姓名\+身份证与密码登录[^]*手机号登录/).waitFor();
    await accessible(page, 'tibet, data completed');
    await portal.prompt.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { name: `${other.name}，您好` }).waitFor();
    await world.phone.message(other.phone, /资料已完善/);
  });

  test('XZ-SGN-12 major and 考区 are changed under 考籍更改 as long as nothing is paid, after a question', async () => {
    const { second: portal } = state;
    const { page } = portal;
    await portal.changeDistrict('昌都考区');
    await portal.prompt.getByText('考籍更改成功。请在报名截止前重新确认报考并缴费。').waitFor();
    await judge(page, 'tibet, record changed');
    await portal.prompt.getByRole('button', { name: '去报名' }).click();
    await portal.go('考生信息');
    await page.getByText('昌都考区').first().waitFor();
    await judge(page, 'tibet, person with the changed record');
  });

  test('XZ-PAY-07 the same code is paid with the app of the bank; XZ-PAY-19 when its notice gets lost, asking finds it paid', async () => {
    const { second: portal } = state;
    const { page } = portal;
    await portal.signUpFor(FOUR, { 职业: '体育工作人员', '单位/学校': 'XZDX' });
    assert.match(await page.getByRole('main').innerText(), /184\.0/);
    const code = await portal.openCode();
    assert.ok((await world.phone.pay(code, 'B', 'never')).ok);
    await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).click();
    await page.getByRole('button', { name: '查询缴费结果' }).click();
    await page.getByText(/缴费成功/).first().waitFor();
    await judge(page, 'tibet, paid');
    await portal.logOut();
  });

  graduation(world);

  test('XZ-PAY-08 XZ-PAY-21 whoever closed the browser while paying finds the order paid on coming back; XZ-SGN-05 XZ-SGN-12 what is paid stays, and why is told', async () => {
    const { one } = state;
    const again = (state.portal = await TibetPortal.open(world));
    await again.logInByCertificate(one); // XZ-LOG-01
    await again.go('考生缴费');
    await again.page.getByText('缴费成功').first().waitFor();
    assert.equal((await again.page.getByRole('navigation', { name: '当前位置' }).innerText()).replace(/\s/g, ''), '当前位置:首页>统考报名>考生缴费');
    await judge(again.page, 'tibet, orders');
    await again.page.getByRole('link', { name: /^查看/ }).click();
    const table = again.page.getByRole('table').first();
    await table.waitFor();
    assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), ['序号', '报考课程', '课程代码', '报考费用', '是否付款', '订单时间', '备注']);
    assert.equal(await table.getByRole('cell', { name: '已缴费', exact: true }).count(), 2, 'each line is 已缴费');
    await judge(again.page, 'tibet, paid order');
    await again.go('统考报名');
    await again.status().getByText('已缴费').waitFor();
    await again.status().getByText('已交费课程将不能更改，只可查询！').waitFor();
    assert.equal(await again.page.getByRole('link', { name: '修改', exact: true }).count(), 0, 'nothing changes after payment');
    await judge(again.page, 'tibet, paid sign-up');
    // What a page says that was open since before the payment.
    const told = await again.page.evaluate(async () => {
      const api = '/tibet/api';
      const { csrf } = await (await fetch(`${api}/me`)).json();
      const path = `${api}/cases/${location.pathname.split('/').at(-1)}`;
      const { revision } = (await (await fetch(path)).json()).case;
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      return (await (await fetch(`${path}/draft`, { method: 'PUT', headers, body: JSON.stringify({ revision, fields: { courses: [] } }) })).json()).detail;
    });
    assert.equal(told, '当前状态为“已缴费”，信息不能修改。已交费课程将不能更改，只可查询！');
    await again.changeDistrict('昌都考区'); // XZ-SGN-12
    await again.page.getByRole('alert').getByText('您本考次已经缴费，已缴费考生不可修改报考专业和考区。').waitFor();
    await judge(again.page, 'tibet, change of record after payment');
  });

  test('XZ-SGN-13 basic data are changed in 考生信息, and the change is in the history; XZ-SGN-14 the portrait by clicking it', async () => {
    const { portal } = state;
    const { page } = portal;
    await portal.go('考生信息');
    await page.getByRole('button', { name: '修改', exact: true }).waitFor();
    await judge(page, 'tibet, person');
    await page.getByRole('button', { name: '修改', exact: true }).click();
    for (const settled of ['name', 'id_number', 'phone', 'major']) assert.equal(await page.locator(`#f-${settled}`).count(), 0, `${settled} cannot be changed`);
    await portal.type('单位/学校', '西藏大学');
    await judge(page, 'tibet, person, changing');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await portal.prompt.getByText('保存成功').waitFor();
    await portal.prompt.getByRole('button', { name: '确定' }).click();
    await page.getByRole('main').getByText('西藏大学').waitFor();
    const before = await page.getByRole('button', { name: '点击更换照片' }).locator('img').getAttribute('src');
    await page.getByRole('button', { name: '点击更换照片' }).click();
    const fresh = tibetan(world, { birth: '1997-01-02' });
    await portal.uploadFace(fresh.pictures.portrait);
    await page.getByText('照片已更换').waitFor();
    await page.waitForFunction((old) => document.querySelector('.frame img')?.getAttribute('src') !== old, before);
    await page.getByText(/^办理记录/).click();
    await page.getByText('保存').first().waitFor();
  });

  test('XZ-SGN-15 专业课程 shows the plan and the textbook of each course', async () => {
    const { portal } = state;
    const { page } = portal;
    await portal.go('专业课程');
    await page.getByRole('heading', { name: '专业课程' }).waitFor();
    await page.goto(`${world.url}/majors/030301`);
    await page.getByRole('cell', { name: /^计算机应用基础/ }).first().waitFor();
    await page.getByText(/^参考教材：/).first().waitFor();
    await judge(page, 'tibet, plan');
  });

  waiver(world, state);
  const another = lostCode(world, state);
  transferOut(world, half.payer, state);
  test('XZ-LOG-05 退出 ends the session on the server', async () => {
    const { portal } = state;
    await portal.logOut();
    await portal.page.goto(`${world.url}/orders`);
    await portal.page.getByRole('tab', { name: '证件号登录' }).waitFor();
    await portal.page.context().close();
  });

  test('the province that came first looks as it did: its log-in is its home page, and nobody there is asked for a code', async () => {
    const { page } = await Portal.open(world.of('xinjiang'), TELEPHONE);
    await page.getByRole('heading', { name: '考生登录' }).waitFor();
    assert.equal(await page.getByRole('link', { name: '常见问题' }).count(), 0);
    assert.equal(await page.getByLabel('短信验证码').count(), 0);
    await page.getByLabel('验证码', { exact: true }).fill(CAPTCHA);
    await page.context().close();
  });

  return () => {
    const otherWay = another();
    refusedCompletion(world, state);
    return () => {
      otherWay();
      half.seen();
    };
  };
}

/** Somebody who is not on file, and a telephone that is another candidate's. One code proves the telephone for both. */
function refusedCompletion(world, state) {
  test('XZ-INF-09 who is not on file reads 系统查无此人 with the remedy; XZ-REG-16 a telephone of another candidate is refused; what was typed stays; XZ-REG-15 whoever waits long for the reading is told what to do', async () => {
    const stranger = tibetan(world, { name: '演示过客' });
    const taken = { ...stranger, phone: state.one.phone, codes: state.one.codes, codeAt: state.one.codeAt };
    const portal = await TibetPortal.open(world);
    const { page } = portal;
    await portal.codeIsDue(taken);
    await page.clock.install();
    await portal.entry('完善资料').click();
    await portal.acknowledge('完善资料须知', '我已阅读完完善资料须知');
    await page.route('**/readings', async (route) => {
      const response = await route.fetch();
      const readings = await response.json();
      for (const one of Object.values(readings)) Object.assign(one, { state: 'reading', values: {} });
      await route.fulfill({ response, json: readings });
    });
    await page.getByLabel('身份证照（正面）：选择文件').setInputFiles(stranger.pictures.id_card_front);
    await page.getByText('正在识别…').waitFor();
    await page.clock.fastForward(20_000);
    await page.getByText('识别等待时间较长，请重新上传清晰度较高的照片，或直接手动填写。').waitFor(); // XZ-REG-15
    await judge(page, 'tibet, completing data, reading takes long');
    await page.unroute('**/readings');
    await portal.uploadSides(stranger.pictures, '身份证照（正面）', '身份证照（反面）');
    await portal.type('手机号', taken.phone);
    await portal.proveFormPhone(taken);
    await page.locator('#f-password').fill(stranger.password);
    await page.locator('#f-password_again').fill(stranger.password);
    const save = async () => {
      await page.getByRole('button', { name: '保存', exact: true }).click();
      await portal.prompt.getByRole('button', { name: '确认' }).click();
    };
    await save();
    await page.getByRole('alert').getByText(/系统查无此人。请携带本人有效身份证前往报名所在地市教育局现场核验信息，或将本人有效身份证图片发至邮箱 zksk357@163\.com/).waitFor();
    assert.equal(await page.locator('#f-name').inputValue(), stranger.name);
    await judge(page, 'tibet, completing data, not on file');
    await portal.type('姓名', ALSO_ON_FILE.name);
    await portal.type('身份证号', ALSO_ON_FILE.number);
    await save();
    await page.getByRole('alert').getByText('当前手机号已经被占用。请查看手机号是否输入正确；一个手机号只能绑定一个考生。').waitFor();
    assert.equal(await page.locator('#f-id_number').inputValue(), ALSO_ON_FILE.number);
    await judge(page, 'tibet, completing data, telephone taken');
    await page.context().close();
  });
}
