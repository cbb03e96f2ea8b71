import { createApp, h } from 'vue'
import { RouterView } from 'vue-router'
import { ApiError, onSignedOut } from '@/api/client'
import { loginPath, openSite, refreshMe, site } from '@/base/site'
import TenantList from '@/portal/TenantList.vue'
import { makeRouter } from '@/router'
import 'element-plus/theme-chalk/el-var.css'
import '@/styles/base.css'

function sayBroken(error: ApiError) {
  const box = document.getElementById('app')!
  const text = error.status === 404 ? '没有这个考试机构的页面，请核对地址。' : error.message
  const main = document.createElement('main')
  main.className = 'empty'
  const title = document.createElement('h1')
  title.textContent = '页面暂时打不开'
  const line = document.createElement('p')
  line.textContent = text
  const again = document.createElement('button')
  again.className = 'btn main'
  again.textContent = '再试一次'
  again.onclick = () => location.reload()
  main.append(title, line, again)
  box.replaceChildren(main)
}

async function start() {
  try {
    await openSite()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return sayBroken(error)
  }
  if (!site.tenant) {
    createApp(TenantList).mount('#app')
    return
  }
  const router = makeRouter()
  const app = createApp({ render: () => h(RouterView) })
  app.use(router)
  onSignedOut(() => {
    const here = router.currentRoute.value
    if (here.path === loginPath() || here.path === '/staff/login') return
    // A visitor's session ends for one reason within its days: the first submission opened the account, and its answer was lost.
    const opened = site.me?.kind === 'visitor' && here.path.startsWith('/cases/')
    const query = { back: here.fullPath, ...(opened ? { opened: '1' } : {}) }
    void refreshMe().then(() => router.push({ path: here.path.startsWith('/staff') ? '/staff/login' : loginPath(), query }))
  })
  await router.isReady().catch(() => undefined)
  app.mount('#app')
}
void start()
