import type { OrderState, Phase } from '@/api/types'

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'wait'

const PHASES: Record<Phase, Tone> = {
  draft: 'info', submitted: 'warn', in_review: 'wait', returned: 'bad', awaiting_payment: 'warn', approved: 'good',
  completed: 'good', rejected: 'bad', closed: 'info',
}
export const toneOf = (phase: Phase): Tone => PHASES[phase]
const ORDERS: Record<OrderState, Tone> = { unpaid: 'warn', paying: 'warn', paid: 'good', expired: 'info', refunding: 'wait', refunded: 'info' }
export const orderTone = (state: OrderState): Tone => ORDERS[state]
