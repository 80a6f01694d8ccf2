import { defineAsyncComponent, defineComponent, h } from 'vue'
import WaitingNote from '../components/WaitingNote.vue'
import { useTexts } from '../i18n/index.ts'

const Waiting = defineComponent(
  () => {
    const { t } = useTexts()
    return () => h(WaitingNote, { text: t('app.opening') })
  },
  // Those of the chart.
  { inheritAttrs: false },
)

/** The chart with its library, which come when the first one is drawn and not before. */
export const ReadingsChart = defineAsyncComponent({
  loader: () => import('./ReadingsChart.vue'),
  loadingComponent: Waiting,
})
