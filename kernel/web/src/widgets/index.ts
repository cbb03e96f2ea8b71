import { defineAsyncComponent, type Component } from 'vue'
import ChecksWidget from './ChecksWidget.vue'
import ChoiceWidget from './ChoiceWidget.vue'
import DateWidget from './DateWidget.vue'
import DeclarationWidget from './DeclarationWidget.vue'
import EmailWidget from './EmailWidget.vue'
import IdCardWidget from './IdCardWidget.vue'
import IdNumberWidget from './IdNumberWidget.vue'
import NoticeWidget from './NoticeWidget.vue'
import PhoneCodeWidget from './PhoneCodeWidget.vue'
import PhoneWidget from './PhoneWidget.vue'
import SecretWidget from './SecretWidget.vue'
import TextWidget from './TextWidget.vue'
import UploadWidget from './UploadWidget.vue'

/** One component per widget of the case vocabulary. */
export const WIDGETS: Record<string, Component> = {
  text: TextWidget, secret: SecretWidget, id_number: IdNumberWidget, phone: PhoneWidget, phone_code: PhoneCodeWidget, email: EmailWidget, date: DateWidget,
  choice: ChoiceWidget, region: ChoiceWidget, checks: ChecksWidget, upload: UploadWidget, id_card: IdCardWidget,
  declaration: DeclarationWidget, notice: NoticeWidget,
  photo: defineAsyncComponent(() => import('./PhotoWidget.vue')),
  previous_degree: defineAsyncComponent(() => import('./PreviousDegreeWidget.vue')),
  major: defineAsyncComponent(() => import('./MajorWidget.vue')),
  sitting: defineAsyncComponent(() => import('./SittingWidget.vue')),
  course_plan: defineAsyncComponent(() => import('./CoursePlanWidget.vue')),
  rows: defineAsyncComponent(() => import('./RowsWidget.vue')),
  course_slots: defineAsyncComponent(() => import('./CourseSlotsWidget.vue')),
}
