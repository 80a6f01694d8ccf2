import type { Generated } from 'kysely'

/** The tables of reports that people make, of what is done at the door, and of what is asked afterwards. */
export interface JobTables {
  promises: {
    /** SHA-256 of the body, hexadecimal. */
    hash: string
    /** JSON: commitments. */
    body: string
  }
  intakes: {
    id: string
    number: string
    site: string
    received_at: number
    occurred_at: number | null
    channel: string
    taken_by: string | null
    name: string
    phone: string
    household: string
    location: string
    text: string
    category: string
    priority: string
    size: string | null
    paid: number
    appointment_at: number | null
    progress: string
    /** `YYYY-MM-DD`. */
    form_date: string | null
    ticket: string
    joined: number
  }
  photos: {
    id: string
    site: string
    ticket: string
    kind: string
    type: string
    size_bytes: number
    sha256: string
    caption: string
    by: string
    at: number
  }
  signatures: {
    id: string
    ticket: string
    signer: string
    name: string
    at: number
    by: string
    /** JSON: a drawing; `null`: signed by name alone. */
    drawing: string | null
    /** SHA-256 of what it was for, hexadecimal; `null`: signed before that was kept. */
    signed_for: string | null
  }
  tasks: {
    id: string
    site: string
    ticket: string
    kind: string
    assignee: string | null
    due_at: number | null
    state: string
    /** JSON. */
    about: string
    created_at: number
    settled_at: number | null
    settled_by: string | null
    note: string
  }
  follow_ups: {
    id: string
    site: string
    ticket: string
    /** JSON: the rule of the commitment. */
    rule: string
    state: string
    completed_at: number
    due_at: number | null
    rainy_day: string | null
    /** JSON. */
    attempts: string
    /** JSON. */
    answer: string | null
    /** Of `answer`: for figures. */
    grade: number | null
    answered_at: number | null
    /** When it was told that nobody had asked in time. */
    told_at: Generated<number | null>
  }
  rainy_days: {
    site: string
    /** `YYYY-MM-DD` local. */
    day: string
    at: number
    source: string
    by: string
    amount_mm: number | null
    note: string
  }
  samples: {
    site: string
    /** `YYYY-MM` local. */
    month: string
    seed: number
    drawn_at: number
    population: number
    /** JSON: ids of tickets. */
    taken: string
  }
  surveys: {
    id: string
    site: string
    kind: string
    /** JSON, as are the questions. */
    title: string
    questions: string
    from_at: number
    until_at: number | null
    created_at: number
    created_by: string
    closed_at: number | null
  }
  survey_answers: {
    id: string
    survey: string
    site: string
    ticket: string | null
    household: string
    /** JSON. */
    grades: string
    reason: string
    way: string
    by: string
    at: number
  }
  audit: {
    id: Generated<number>
    at: number
    by: string
    action: string
    subject: string
    detail: string
    /** Over itself and the hash of the row before it. */
    hash: string
  }
}
