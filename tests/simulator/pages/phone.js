const at = (id) => document.getElementById(id);
const NAMES = { wechat: '微信支付', alipay: '支付宝', ccb: '建行聚合码（微信、建行APP）' };
const STATES = { NOTPAY: '未支付', PAID: '已支付', CLOSED: '已关闭' };
let current = null; // { code, trade }

async function call(path, input) {
  const answer = await fetch(`/_control/${path}`, input === undefined ? {} : { method: 'POST', body: JSON.stringify(input) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message);
  return json;
}

function say(text, good) {
  at('status').textContent = text;
  at('status').className = good ? 'is-good' : 'is-bad';
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function card(trade, now) {
  const over = trade.state === 'NOTPAY' && now > trade.expire_ms;
  const state = over ? '已过期' : STATES[trade.state];
  const made = document.createElement('button');
  made.className = 'card';
  const top = element('div', 'row', '');
  top.append(element('span', `tag ${trade.provider}`, NAMES[trade.provider]), element('span', 'amount', `¥${trade.amount_yuan}`));
  const bottom = element('div', 'row small', '');
  bottom.append(element('span', '', trade.subject), element('span', trade.state === 'PAID' ? 'paid' : 'over', state));
  made.append(top, bottom);
  if (trade.state === 'PAID') {
    const notices = trade.notices.filter((notice) => notice.kind === 'payment');
    const heard = notices.some((notice) => notice.heard);
    made.append(element('div', 'small', notices.length === 0 ? '未发送支付通知' : heard ? '商户已确认收到通知' : `通知已发送 ${notices.reduce((n, notice) => n + notice.deliveries.length, 0)} 次，商户尚未确认`));
  }
  made.onclick = () => scan(trade.codes.at(-1));
  made.disabled = trade.state !== 'NOTPAY';
  return made;
}

async function refresh() {
  const { trades, now_ms: now } = await call('trades');
  const open = trades.filter((trade) => trade.state === 'NOTPAY' && now <= trade.expire_ms);
  if (open.length > 0) at('open').replaceChildren(...open.slice(0, 20).map((trade) => card(trade, now)));
  else at('open').replaceChildren(element('p', 'small', '还没有。请在报名系统中点击“缴费”生成二维码。'));
  at('recent').replaceChildren(...trades.filter((trade) => !open.includes(trade)).slice(0, 10).map((trade) => card(trade, now)));
  if (current) {
    const seconds = Math.ceil((current.trade.expire_ms - now) / 1000);
    at('left').textContent = seconds > 0 ? `请在 ${seconds} 秒内付款` : '二维码已过期';
  }
}

function show(open) {
  at('sheet').hidden = !open;
  at('choose').hidden = open;
}

async function scan(code, payer = at('payer').value) {
  try {
    const trade = await call('scan', { code, payer });
    current = { code, trade, payer };
    at('merchant').textContent = trade.merchant;
    at('subject').textContent = trade.subject;
    at('amount').textContent = `¥${trade.amount_yuan}`;
    say(`手机 ${payer} 已扫描，请核对金额`, true);
    show(true);
    at('pay').focus();
  } catch (error) {
    say(error.message, false);
  }
  window.scrollTo(0, 0);
  await refresh();
}

async function act(run, done) {
  try {
    await run();
    say(done, true);
    show(false);
    current = null;
    at('code').value = '';
  } catch (error) {
    say(error.message, false);
  }
  window.scrollTo(0, 0);
  await refresh();
}

at('scan-pasted').onclick = () => scan(at('code').value);
at('back').onclick = () => { show(false); current = null; };
at('pay').onclick = () => act(() => call('pay', { code: current.code, payer: current.payer, notice: at('notice').value }), '付款成功');
at('expire').onclick = () => act(() => call(`trades/${current.trade.provider}/${current.trade.no}/expire`, {}), '二维码已过期，现在付款会被拒绝');
at('rescan').onclick = () => scan(current.code, current.payer === 'A' ? 'B' : 'A');
await refresh();
setInterval(() => refresh().catch(() => say('与模拟器的连接中断，请刷新页面', false)), 2000);
