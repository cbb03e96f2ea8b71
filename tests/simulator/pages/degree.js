const at = (id) => document.getElementById(id);
const SAID = { AUTHORIZED: '已授权', NO_RECORD: '未查询到学历信息', REJECTED: '已拒绝授权' };

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

async function refresh() {
  const { degrees, now_ms: now } = await call('degrees');
  const open = degrees.filter((one) => one.status === 'PENDING');
  if (open.length === 0) return;
  at('open').replaceChildren(...open.slice(0, 10).map((one) => {
    const made = document.createElement('button');
    made.className = 'card';
    made.textContent = `${one.no}，还有 ${Math.max(0, Math.ceil((one.expire_ms - now) / 1000))} 秒`;
    made.onclick = () => { at('code').value = one.code; };
    return made;
  }));
}

at('scan').onclick = async () => {
  try {
    const done = await call('degrees/scan', {
      code: at('code').value, name: at('name').value.trim(), id_number: at('number').value.trim(), person: at('person').value,
      ...(at('pick').value ? { pick: at('pick').value } : {}), ...(at('year').value ? { graduation_year: Number(at('year').value) } : {}), notice: at('notice').value,
    });
    say(SAID[done.status] ?? done.status, done.status === 'AUTHORIZED');
  } catch (error) {
    say(error.message, false);
  }
  window.scrollTo(0, 0);
  await refresh();
};
// The code opened on the telephone itself is this page's address.
if (new URLSearchParams(location.search).has('v')) at('code').value = location.href;
await refresh();
setInterval(() => refresh().catch(() => say('与模拟器的连接中断，请刷新页面', false)), 2000);
