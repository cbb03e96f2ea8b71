const phone = document.getElementById('phone');
const list = document.getElementById('list');
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
  head.append(element('span', '', message.phone), element('span', '', new Date(message.at_ms).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai' })));
  const body = element('div', 'bubble', '');
  if (message.code) body.append(element('div', 'code', message.code));
  body.append(element('div', '', message.text));
  made.append(head, body);
  return made;
}

async function refresh() {
  const answer = await fetch(`/_control/sms?phone=${encodeURIComponent(phone.value.trim())}`);
  const text = await answer.text();
  if (text === shown) return; // a live region must not speak again without news
  shown = text;
  const { messages } = JSON.parse(text);
  if (messages.length > 0) list.replaceChildren(...messages.slice(0, 50).map(bubble));
  else list.replaceChildren(element('p', 'small', '还没有短信。'));
}

phone.oninput = () => refresh();
await refresh();
setInterval(() => refresh().catch(() => list.replaceChildren(element('p', 'small', '与模拟器的连接中断，请刷新页面。'))), 2000);
