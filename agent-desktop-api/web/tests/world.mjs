// A small centre with the people and calls of the still pictures, in the shapes of FRAMES.md. Times are microseconds.

export const second = 1_000_000;
export const minute = 60 * second;
export const day = 86_400 * second;
export const now = () => Date.now() * 1000;

export const centre = {
  version: 37, name: 'Finch & Co', time_zone: 'Europe/London',
  skills: [
    { id: 'repairs', name: 'Repairs', name_zh: '报修' }, { id: 'english', name: 'English', name_zh: '英语' },
    { id: 'gold', name: 'Gold care', name_zh: '金卡服务' },
  ],
  queues: [
    ['repairs', 'Repairs', '报修', 20], ['gold', 'Gold line', '金卡专线', 10], ['complaints', 'Complaints', '投诉', 20], ['delivery', 'Delivery', '配送', 20],
    ['billing', 'Billing', '账单', 20], ['orders', 'Orders', '订单', 20], ['trade', 'Trade desk', '企业客户', 20], ['mandarin', 'Mandarin line', '普通话专线', 20],
  ].map(([id, name, name_zh, level]) => ({
    id, name, name_zh, service_level_us: level * second, wrap_up_us: 90 * second, callbacks: id === 'repairs', observed: false,
    dispositions: ['visit_booked', 'solved_phone', 'part_ordered', 'recall', 'not_a_fault', 'date_moved', 'damaged', 'fee_explained', 'invoice_sent', 'complaint_opened', 'which_model'],
  })),
  agents: ['Sofia Marin', 'Daniel Okafor', 'Ines Duarte', 'Grace Holm', 'Amira Said', 'Chen Siyuan', 'Tomas Reuter', 'Wu Jiayi', 'Nora Lind', 'Elif Demir', 'Marco Betti', 'He Xin',
    'Jonas Weil', 'Gao Yun', 'Yusuf Kaya', 'Owen Blythe', 'Sun Hao', 'Mia Koch', 'Huang Lei', 'Ben Achebe', 'Liu Peng', 'Tang Wei', 'Lena Fors', 'Qian Li', 'Karl Brandt', 'Zhao Min',
    'Priya Nair', 'Kofi Asante'].map((name, i) => ({ id: `a${1001 + i}`, name })),
  pause_reasons: [
    { code: 'break', name: 'Break', name_zh: '小休', limit_us: 5 * minute }, { code: 'lunch', name: 'Lunch', name_zh: '午餐', limit_us: 45 * minute }, { code: 'meeting', name: 'Meeting', name_zh: '会议', limit_us: 0 },
    { code: 'training', name: 'Training', name_zh: '培训', limit_us: 0 }, { code: 'admin', name: 'Admin work', name_zh: '文书', limit_us: 0 },
  ],
  dispositions: [
    ['visit_booked', 'Visit booked', '已预约上门', 'Repair', '报修'], ['solved_phone', 'Solved by phone', '电话解决', 'Repair', '报修'],
    ['part_ordered', 'Part ordered', '已订配件', 'Repair', '报修'], ['recall', 'Recall', '召回', 'Repair', '报修'], ['not_a_fault', 'Not a fault', '非故障', 'Repair', '报修'],
    ['date_moved', 'Date moved', '改期', 'Delivery', '配送'], ['damaged', 'Damaged on arrival', '到货破损', 'Delivery', '配送'],
    ['fee_explained', 'Fee explained', '费用说明', 'Billing', '账单'], ['invoice_sent', 'Invoice sent', '已发发票', 'Billing', '账单'],
    ['complaint_opened', 'Complaint opened', '已转投诉', 'Complaint', '投诉'], ['which_model', 'Which model', '选型', 'Product advice', '产品咨询'],
  ].map(([code, name, name_zh, group, group_zh]) => ({ code, name, name_zh, group, group_zh })),
};

const past = (id, days, agent, disposition, talk, more = {}) => ({
  contact: String(id), started_at: now() - days * day, channel: 'voice', direction: 'inbound', queue: 'repairs', agent, outcome: 'answered', disposition, resolved: true,
  talk_us: talk * second, ...more,
});

export const margaret = {
  customer: '501', version: 3, name: 'Margaret Ellis', name_alt: null, kind: 'person', lang: 'en', tier: 'gold', stage: 'stable', stage_since: Date.UTC(2023, 2, 4) * 1000,
  flags: ['complaint'], account: '4471-2086', since: Date.UTC(2019, 4, 1) * 1000, numbers: ['+447700900142'], household: 2, value_12m_minor: 184000, currency: 'GBP',
  satisfaction: { a: 5, b: 4 }, contacts_total: 41, attrs: {},
  last_contacts: [
    past(9001, 6, 'a1004', 'complaint_opened', 432, { resolved: false }), past(9002, 7, null, 'visit_booked', 0, { channel: 'email', direction: 'outbound' }),
    past(9003, 11, 'a1002', 'fee_explained', 271, { resolved: false, queue: 'billing' }), past(9004, 20, 'a1005', 'which_model', 0, { channel: 'chat' }),
    past(9005, 25, 'a1001', 'solved_phone', 190, { direction: 'outbound' }), past(9006, 25, null, null, 0, { outcome: 'abandoned', resolved: false }),
  ],
};
export const margaret_older = [
  past(9007, 81, 'a1003', 'invoice_sent', 120, { channel: 'email' }), past(9008, 133, 'a1003', 'invoice_sent', 0, { channel: 'email' }), past(9009, 134, 'a1007', 'part_ordered', 164),
  past(9010, 202, 'a1027', 'date_moved', 182), past(9011, 300, 'a1004', 'not_a_fault', 99), past(9012, 411, 'a1004', 'recall', 310), past(9013, 500, 'a1001', 'solved_phone', 222),
];
export const lin = {
  ...margaret, customer: '502', name: '林婉清', name_alt: 'Lin Wanqing', lang: 'zh', numbers: ['+8610055500142'], value_12m_minor: 1840000, currency: 'CNY',
};

export const heads = [
  { customer: '601', name: 'Harold Finch', name_alt: null, tier: 'trade', stage: 'formation', last_contact_at: now() - 2 * day, contacts_total: 12, account: '7710-1001' },
  { customer: '602', name: 'Joan Alder', name_alt: null, tier: 'trade', stage: 'stable', last_contact_at: now() - 21 * day, contacts_total: 30, account: '7710-1002' },
  { customer: '603', name: 'Piotr Zielny', name_alt: null, tier: 'trade', stage: 'stable', last_contact_at: now() - 155 * day, contacts_total: 4, account: '7710-1003' },
];
export const harold = {
  ...margaret, customer: '601', name: 'Harold Finch', tier: 'trade', stage: 'formation', flags: [], account: '7710-1001', satisfaction: null, contacts_total: 1, household: null,
  last_contacts: [past(9101, 2, 'a1005', 'which_model', 580, { direction: 'outbound', queue: 'trade' })],
};

export const agent_view = (over = {}) => ({
  agent: 'a1001', rev: 1, name: 'Sofia Marin', state: 'ready', reason: null, since: now() - 134 * second, until: null, next: 'ready', next_reason: null, wrap_up_extensions_left: 0, contacts: [], works: [],
  queues: ['repairs', 'gold', 'complaints', 'delivery'], device: 'PJSIP/1001', observed: false, device_reachable: true, device_busy: false, ...over,
});

let ids = 7_000_000_000;
export const new_id = () => String(++ids);

export const contact_view = (over = {}) => ({
  contact: new_id(), rev: 1, state: 'waiting', channel: 'voice', direction: 'inbound', switch: 'asterisk', ani: '07700900142', caller_name: 'M ELLIS', dnis: '+442079460110',
  queue: 'repairs', visit: 1, call_state: 'queued', opened_at: now() - 118 * second, entered_at: now() - 102 * second, answered_at: null, state_since: now(), match: 'known', customer: '501', candidates: [],
  e164: '+447700900142', card: margaret, why: null, agent: null, can_control: false, observed: false, offers: [], boost: 0, parked: false, callback: null, disposition: null, resolved: false, outcome: null, cause: null, ...over,
});

/** A chat, or another contact that is no call. */
export const written_view = (over = {}) => contact_view({
  channel: 'chat', switch: null, ani: 'kim@example.org', caller_name: 'Kim', dnis: null, url: '/a-place-elsewhere', call_state: 'ended', match: 'none', customer: null, e164: null, card: null, ...over,
});
export const work_view = (contact, over = {}) => ({ contact, channel: 'chat', state: 'working', since: now(), until: null, wrap_up_extensions_left: 0, ...over });

export const callback = (over = {}) => ({
  by: 'caller', number: '+447700900142', asked_at: now() - 300 * second, due: null, expires_at: now() + 3600 * second, agent: null, attempts: 0, most_attempts: 3, last_cause: null,
  on_the_line: false, called_at: null, note: null, ...over,
});

export const queue_view = (id, over = {}) => {
  const q = centre.queues.find((one) => one.id === id);
  return {
    queue: id, rev: 1, name: q.name, name_zh: q.name_zh, waiting: 0, longest_since: null, entered: 0, answered: 0, answered_within: 0, abandoned: 0, short_abandoned: 0, flowed_out: 0,
    callback_requested: 0, lost: 0, answered_wait_us: 0, estimated: 0, estimated_within: 0, estimate_us: 0, estimated_wait_us: 0, estimate_error_us: 0, service_level_us: q.service_level_us, waiting_past_level: 0, observed: false, open: true, emergency: false, emergency_since: null, callbacks_waiting: 0, callbacks_scheduled: 0, ...over,
  };
};

export function floor() {
  const at = (s) => now() - s * second;
  const rows = [
    ['complaints', 3, 252, 48, 44, 28, 4, 64], ['repairs', 5, 14, 212, 200, 165, 7, 21], ['delivery', 2, 8, 164, 158, 134, 4, 15], ['billing', 1, 2, 131, 128, 114, 2, 11],
    ['orders', 0, 0, 187, 184, 168, 3, 9], ['gold', 0, 0, 39, 39, 37, 0, 5], ['trade', 0, 0, 27, 27, 25, 0, 8], ['mandarin', 0, 0, 33, 33, 31, 0, 7],
  ];
  const queues = rows.map(([id, waiting, longest, entered, answered, within, abandoned, asa]) => queue_view(id, {
    waiting, longest_since: longest ? at(longest) : null, entered, answered, answered_within: within, abandoned, answered_wait_us: answered * asa * second,
    waiting_past_level: id === 'complaints' ? 3 : 0,
  }));
  const states = [
    ...[[0, 9]].map(([i, s]) => [i, 'reserved', s]),
    ...[[5, 860], [6, 581], [4, 475], [7, 392], [8, 310], [9, 288], [10, 242], [11, 217], [12, 179], [13, 140], [3, 94], [14, 40]].map(([i, s]) => [i, 'talking', s]),
    ...[[15, 86], [16, 33]].map(([i, s]) => [i, 'held', s]), ...[[17, 72], [18, 50], [19, 21]].map(([i, s]) => [i, 'wrap_up', s]),
    ...[[20, 270], [2, 185], [1, 171], [21, 67], [22, 44], [23, 12]].map(([i, s]) => [i, 'ready', s]),
    [24, 'not_ready', 1330, 'lunch'], [25, 'not_ready', 1082, 'training'], [26, 'not_ready', 400, 'break'], [27, 'unreachable', 42],
  ];
  const agents = states.map(([i, state, s, reason]) => agent_view({
    agent: `a${1001 + i}`, name: centre.agents[i].name, state, since: at(s), reason: reason ?? null,
    queues: i % 2 ? ['repairs', 'delivery', 'billing', 'orders'] : ['repairs', 'gold', 'orders', 'trade', 'mandarin'],
  }));
  const brief = (over) => contact_view({ ...over, card: null }); // lists carry no cards
  const contacts = [
    brief({ contact: '8001', state: 'offered', offers: [{ offer: '1', agent: 'a1001', made_at: at(9), expires_at: at(-11), decision: 184220, can_answer: true, claim: false, claimed: false }], state_since: at(9) }),
    brief({ contact: '8002', state: 'talking', agent: 'a1006', queue: 'delivery', match: 'none', customer: null, caller_name: 'Oskar L', state_since: at(860), answered_at: at(860) }),
    brief({ contact: '8003', state: 'waiting', queue: 'complaints', match: 'none', customer: null, caller_name: '', ani: '', e164: '', state_since: at(252) }),
    brief({ contact: '8004', state: 'held', agent: 'a1016', queue: 'billing', e164: '+447700900711', state_since: at(86) }),
    brief({ contact: '8005', state: 'waiting', queue: 'repairs', e164: '+8610055500142', customer: '502', state_since: at(14) }),
  ];
  return { queues, agents, contacts, links: [{ switch: 'asterisk', rev: 1, up: true, since: at(3600), reason: null, boot_epoch: 4 }] };
}

const term = (kind, points, skill = null) => ({ kind, skill, points: points * 1000 });
export const decision = (over = {}) => ({
  decision: 184220, at: now() - 9 * second, contact: '8001', queue: 'repairs', agent: 'a1001',
  gates: [['member', 28], ['signed_in', 28], ['ready', 9], ['capacity', 7], ['device_free', 7], ['skills', 4], ['not_excluded', 3], ['not_held', 3], ['switch_up', 3]].map(([gate, left]) => ({ gate, left })),
  best: [
    { agent: 'a1001', score: 685_000, terms: [term('skill', 270, 'repairs'), term('skill', 100, 'english'), term('skill', 140, 'gold'), term('customer_value', 60), term('age', 102), term('idle', 13)] },
    { agent: 'a1002', score: 648_000, terms: [term('skill', 240, 'repairs'), term('skill', 100, 'english'), term('skill', 170, 'gold'), term('customer_value', 20), term('age', 102), term('idle', 16)] },
    { agent: 'a1003', score: 625_000, terms: [term('skill', 210, 'repairs'), term('skill', 95, 'english'), term('skill', 160, 'gold'), term('customer_value', 40), term('age', 102), term('idle', 18)] },
  ],
  pulled_by: null, group: null, claim: false, ended_at: now(), how: 'accepted',
  would: {
    agent: 'a1002', missing: 37_000, idle_per_minute: 6, ways: [
      { kind: 'idle', skill: null, points: 37_002, from: null, to: null, longer_us: 370.02 * second }, { kind: 'rank', skill: null, points: 38_000, from: 0, to: 38, longer_us: null },
      { kind: 'skill', skill: 'repairs', points: 39_000, from: 80, to: 93, longer_us: null },
    ],
  }, ...over,
});

/** What spoke for the agent of that decision, as his page hears it. */
export const why = () => {
  const { decision: number, best: [{ agent, score, terms }] } = decision();
  return { decision: number, agent, score, terms };
};

export const logged = (over = {}) => ({
  contact: '8001', customer: '501', match: 'known', channel: 'voice', direction: 'inbound', switch: 'asterisk', trunk: 'main', dnis: '+442079460110', ani: '07700900142',
  caller_name: 'M ELLIS', e164: '+447700900142', opened_at: now() - 127 * second, entered_at: now() - 111 * second, answered_at: now() - 1 * second, ended_at: null, queue: 'repairs',
  agent: 'a1001', outcome: null, cause: null, disposition: 'visit_booked', resolved: false, waited_us: 102 * second, ring_us: 8 * second, talk_us: 1 * second, hold_us: 0, wrap_up_us: 0, ...over,
});
