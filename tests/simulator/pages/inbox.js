// The messages that reached a telephone (/sms) or a mailbox (/mail).
const KINDS = {
  '/sms': {
    heading: '短信', about: '报名系统发出的短信都会出现在这里，不会发到真实手机。',
    label: '只看某个手机号', placeholder: '11位手机号', inputMode: 'numeric', none: '还没有短信。',
    ask: (owner) => `sms?phone=${owner}`, rows: (answer) => answer.messages, to: 'phone',
  },
  '/mail': {
    heading: '邮件', about: '报名系统发出的邮件都会出现在这里，不会发到真实邮箱。',
    label: '只看某个邮箱', placeholder: 'name@example.com', inputMode: 'email', none: '还没有邮件。',
    ask: (owner) => `mail?to=${owner}`, rows: (answer) => answer.mails, to: 'to',
  },
};
const at = (id) => document.getElementById(id);
const kind = KINDS[location.pathname];
let shown = '';

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function bubble(message) {
  const made = document.createElement('article');
  const head = element('div', 'row small', '');
  head.append(element('span', '', message[kind.to]), element('span', '', new Date(message.at_ms).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai' })));
  const body = element('div', 'bubble', '');
  if (message.sender) body.append(element('div', 'small', message.sender));
  if (message.subject) body.append(element('strong', '', message.subject));
  if (message.code) body.append(element('div', 'code', message.code));
  const words = element('div', '', message.text);
  words.style.whiteSpace = 'pre-line';
  body.append(words);
  made.append(head, body);
  return made;
}

async function refresh() {
  const answer = await fetch(`/_control/${kind.ask(encodeURIComponent(at('owner').value.trim()))}`);
  const text = await answer.text();
  if (text === shown) return; // a live region must not speak again without news
  shown = text;
  const rows = kind.rows(JSON.parse(text));
  at('list').replaceChildren(...(rows.length > 0 ? rows.slice(0, 50).map(bubble) : [element('p', 'small', kind.none)]));
}

document.title = `模拟手机 · ${kind.heading}`;
at('heading').textContent = kind.heading;
at('about').textContent = kind.about;
at('owner-label').textContent = kind.label;
Object.assign(at('owner'), { placeholder: kind.placeholder, inputMode: kind.inputMode, oninput: () => refresh() });
document.querySelector(`nav a[href="${location.pathname}"]`).setAttribute('aria-current', 'page');
await refresh();
setInterval(() => refresh().catch(() => at('list').replaceChildren(element('p', 'small', '与模拟器的连接中断，请刷新页面。'))), 2000);
