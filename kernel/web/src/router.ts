import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { loginPath, site } from '@/base/site'
import LoginPage from '@/portal/LoginPage.vue'
import PortalLayout from '@/portal/PortalLayout.vue'

declare module 'vue-router' {
  interface RouteMeta {
    need?: 'candidate' | 'staff'
    title?: string
  }
}

const candidate = { need: 'candidate' as const }
// The tenant is known before the router is made.
const openHome = () => site.tenant !== null && site.tenant.entries.length > 0
const routes = (): RouteRecordRaw[] => [
  {
    path: '/staff',
    component: () => import('@/console/ConsoleLayout.vue'),
    children: [
      { path: 'login', component: () => import('@/console/StaffLogin.vue'), meta: { title: '工作人员登录' } },
      { path: '', component: () => import('@/console/HomePage.vue'), meta: { need: 'staff', title: '待办' } },
      { path: 'cases/:id?', component: () => import('@/console/QueuePage.vue'), props: true, meta: { need: 'staff', title: '审核' } },
      { path: 'candidates', component: () => import('@/console/CandidatesPage.vue'), meta: { need: 'staff', title: '考生' } },
      { path: 'sittings/:code?', component: () => import('@/console/SittingsPage.vue'), props: true, meta: { need: 'staff', title: '考次设置' } },
      { path: 'orders/:no?', component: () => import('@/console/OrdersPage.vue'), props: true, meta: { need: 'staff', title: '订单' } },
      { path: 'money', component: () => import('@/console/MoneyPage.vue'), meta: { need: 'staff', title: '异常与退款' } },
      { path: 'exchanges', component: () => import('@/console/ExchangePage.vue'), meta: { need: 'staff', title: '上报与回传' } },
      { path: 'messages', component: () => import('@/console/MessagesPage.vue'), meta: { need: 'staff', title: '消息发送' } },
      { path: 'rules', component: () => import('@/rules/WorkshopPage.vue'), meta: { need: 'staff', title: '规则' } },
    ],
  },
  {
    path: '/',
    component: PortalLayout,
    children: [
      openHome() ? { path: '', component: () => import('@/portal/HomePage.vue') } : { path: '', component: LoginPage, meta: { title: '登录' } },
      { path: 'login', component: LoginPage, meta: { title: '登录' } },
      { path: 'forgot', component: () => import('@/portal/ForgotPage.vue'), meta: { title: '忘记密码' } },
      { path: 'register', component: () => import('@/portal/RegisterPage.vue'), meta: { title: '注册' } },
      { path: 'claim', component: () => import('@/portal/ClaimPage.vue'), meta: { title: '完善资料' } },
      { path: 'start/:type', component: () => import('@/portal/StartPage.vue'), props: true },
      { path: 'cases/:id', component: () => import('@/cases/CasePage.vue'), props: true, meta: { title: '办理' } },
      { path: 'cases/:id/payment', component: () => import('@/portal/PaymentPage.vue'), props: true, meta: { ...candidate, title: '网上缴费' } },
      { path: 'person/:id', component: () => import('@/portal/PersonPage.vue'), props: true, meta: { ...candidate, title: '考生信息' } },
      { path: 'center', component: () => import('@/portal/CenterPage.vue'), meta: { ...candidate, title: '个人中心' } },
      { path: 'degree', component: () => import('@/portal/DegreePage.vue'), meta: { ...candidate, title: '前置学历核验' } },
      { path: 'notices/:id', component: () => import('@/portal/NoticePage.vue'), props: true, meta: { title: '须知' } },
      { path: 'help', component: () => import('@/portal/HelpPage.vue'), meta: { title: '常见问题' } },
      { path: 'contacts', component: () => import('@/portal/ContactsPage.vue'), meta: { title: '联系方式' } },
      { path: 'majors/:code?', component: () => import('@/portal/MajorsPage.vue'), props: true, meta: { title: '毕业标准查询' } },
      { path: 'calendar', component: () => import('@/portal/CalendarPage.vue'), meta: { title: '考试安排' } },
      { path: 'orders', component: () => import('@/portal/OrdersPage.vue'), meta: { ...candidate, title: '订单查询' } },
      { path: 'orders/:no', component: () => import('@/portal/OrderPage.vue'), props: true, meta: { ...candidate, title: '订单' } },
      { path: 'messages', component: () => import('@/portal/MessagesPage.vue'), meta: { ...candidate, title: '消息' } },
      { path: 'password', component: () => import('@/portal/PasswordPage.vue'), meta: { ...candidate, title: '修改密码' } },
      { path: ':rest(.*)*', component: () => import('@/portal/NotFound.vue'), meta: { title: '没有这个页面' } },
    ],
  },
]

export function makeRouter() {
  const router = createRouter({
    history: createWebHistory(`${site.base}/`),
    routes: routes(),
    scrollBehavior: (_to, _from, saved) => saved ?? (_to.path === _from.path ? {} : { top: 0 }),
  })
  router.beforeEach((to) => {
    const need = to.meta.need
    if (need === 'staff' && site.me?.kind !== 'staff') return { path: '/staff/login', query: { back: to.fullPath } }
    if (need === 'candidate' && site.me?.kind !== 'candidate') return { path: loginPath(), query: { back: to.fullPath } }
    if (to.path === '/login' && loginPath() !== '/login') return { path: '/', query: to.query }
    if ((to.path === '/' || to.path === loginPath()) && site.me?.kind === 'candidate') return '/center'
    return true
  })
  router.afterEach((to) => {
    document.title = [to.meta.title, site.tenant?.platform_name].filter(Boolean).join(' - ')
  })
  return router
}
