import type { SimulationTexts } from './zh.ts'

export const en: SimulationTexts = {
  heading: 'Simulation',
  loading: 'Reading…',
  none: 'Nothing is simulated here',
  noneHint: 'Only the demo has a simulated building. Start the service with the demo command.',
  failed: 'The simulation could not be read.',
  about: '{title}: {said}',
  hint: 'one press, and it happens in the simulated building; alarms, dispatch and clocks are the real ones.',
  watching: 'you may look; dispatchers, engineers and administrators make it happen.',
  pending: 'Making it happen…',
  did: '{what}: {device}, since {at}.',
  waiting: 'Waiting for the ticket…',
  open: 'Open ticket {number}',
  refused: 'It failed: {why}.',
  silent: 'No answer. Press again; it will not be done twice.',
  noRight: 'You have no right to do this.',
  standing: 'Still standing',
  nothing: 'All is well now.',
  until: 'passes by itself at {time}',
}
