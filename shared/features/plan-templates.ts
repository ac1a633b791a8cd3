/**
 * The six templates that a plan begins from: what has to be done and how many days before the event (negative) or after
 * it, the run sheet of the day, the usual lines of a budget, and who is needed. They are the organisers' to change: a
 * template is copied into the board once, in the language that they chose.
 */
import { type BudgetCurrency, perYuan, type TemplateId } from './plan-kinds.ts'

export interface Said {
  zh: string
  en: string
}

export interface PlanTemplate {
  name: Said
  about: Said
  /** Of the event; the run sheet fills them. */
  minutes: number
  roles: { id: string; name: Said; need: number }[]
  /** `days` from the day of the event; `role` says whose it is. */
  tasks: { days: number; role: string; title: Said }[]
  run: { minutes: number; title: Said; who: Said }[]
  /** Planned amounts in whole yuan. */
  budget: { kind: 'in' | 'out'; planned: number; title: Said }[]
}

const said = (zh: string, en: string): Said => ({ zh, en })
const role = (id: string, need: number, zh: string, en: string) => ({ id, need, name: said(zh, en) })
const task = (days: number, who: string, zh: string, en: string) => ({ days, role: who, title: said(zh, en) })
const nobody = said('', '')
const item = (minutes: number, who: Said, zh: string, en: string) => ({ minutes, who, title: said(zh, en) })
const out = (planned: number, zh: string, en: string) => ({
  kind: 'out' as const,
  planned,
  title: said(zh, en),
})
const income = (planned: number, zh: string, en: string) => ({
  kind: 'in' as const,
  planned,
  title: said(zh, en),
})

export const templates: Readonly<Record<TemplateId, PlanTemplate>> = {
  meetup: {
    name: said('技术沙龙', 'Meetup'),
    about: said(
      '一个晚上或下午：几场分享、一段自由交流。',
      'An evening or an afternoon: a few talks, and time to talk.',
    ),
    minutes: 180,
    roles: [
      role('lead', 1, '总负责', 'Lead'),
      role('host', 1, '主持', 'Host'),
      role('speakers', 1, '讲师对接', 'Speakers'),
      role('venue', 1, '场地', 'Venue'),
      role('av', 1, '音视频', 'Sound and video'),
      role('door', 2, '签到', 'Door'),
      role('words', 1, '宣传', 'Announcements'),
    ],
    tasks: [
      task(-35, 'lead', '定主题、日期和目标人数', 'Settle topic, date and how many people'),
      task(-30, 'venue', '预订场地，确认座位、投影和网络', 'Book the venue: seats, projector, network'),
      task(-28, 'speakers', '邀请讲师，拿到题目和简介', 'Invite speakers; get titles and short biographies'),
      task(-21, 'words', '发布活动页，开放报名', 'Publish the event and open registration'),
      task(-14, 'words', '第二轮宣传', 'Announce it a second time'),
      task(-10, 'speakers', '收讲稿初稿，给一轮意见', 'Collect first slides and comment on them'),
      task(-7, 'venue', '确认茶歇、桌签和指引', 'Confirm snacks, name cards and signs'),
      task(-5, 'av', '现场试音、试投影', 'Try sound and projector in the room'),
      task(-3, 'lead', '开一次碰头会，走一遍流程', 'Meet once and walk through the run sheet'),
      task(-1, 'words', '给报名的人发提醒', 'Remind those who signed up'),
      task(0, 'door', '提前一小时到场布置', 'Set up an hour before doors open'),
      task(1, 'words', '发感谢和资料', 'Send thanks and slides'),
      task(5, 'lead', '整理回顾文章', 'Write the recap'),
      task(7, 'lead', '复盘，记下下次要改的', 'Look back, and note what to change'),
    ],
    run: [
      item(20, said('签到', 'Door'), '签到、入座', 'Doors open'),
      item(10, said('主持', 'Host'), '开场', 'Welcome'),
      item(35, nobody, '分享一（含问答）', 'First talk, with questions'),
      item(35, nobody, '分享二（含问答）', 'Second talk, with questions'),
      item(20, nobody, '茶歇', 'Break'),
      item(30, nobody, '闪电分享', 'Lightning talks'),
      item(25, nobody, '自由交流', 'Open conversation'),
      item(5, said('主持', 'Host'), '合影、结束', 'Photo and goodbye'),
    ],
    budget: [
      out(800, '场地', 'Venue'),
      out(1200, '茶歇', 'Snacks and drinks'),
      out(300, '物料印刷', 'Printing'),
      out(600, '讲师礼物与交通', 'Speakers: gifts and travel'),
      out(200, '备用', 'Reserve'),
      income(2000, '赞助', 'Sponsors'),
      income(1000, '门票', 'Tickets'),
    ],
  },
  workshop: {
    name: said('工作坊', 'Workshop'),
    about: said(
      '边讲边做，每个人带着能跑的东西回家。',
      'Hands on: everyone goes home with something that runs.',
    ),
    minutes: 240,
    roles: [
      role('lead', 1, '总负责', 'Lead'),
      role('teacher', 1, '讲师', 'Teacher'),
      role('helpers', 3, '助教', 'Assistants'),
      role('venue', 1, '场地', 'Venue'),
      role('words', 1, '宣传与报名', 'Registration'),
    ],
    tasks: [
      task(-30, 'lead', '定学习目标和人数上限', 'Settle what people will learn, and how many fit'),
      task(-28, 'teacher', '写大纲和练习清单', 'Outline the exercises'),
      task(-25, 'venue', '预订有桌子和插座的场地', 'Book a room with tables and sockets'),
      task(-21, 'words', '开放报名，说清基础要求', 'Open registration; say what one should know already'),
      task(-14, 'teacher', '做完练习仓库，请助教试做', 'Finish the exercises; assistants try them'),
      task(-10, 'helpers', '列出常见环境问题和解法', 'List what goes wrong on people’s machines, and cures'),
      task(-7, 'words', '发环境准备说明', 'Send instructions to prepare one’s machine'),
      task(-5, 'venue', '测网络，准备离线安装包', 'Test the network; bring what to install on a stick'),
      task(-2, 'words', '请大家回报环境是否就绪', 'Ask who is ready, and who needs help'),
      task(0, 'helpers', '排好桌椅、插线板和热点', 'Tables, sockets and a spare hotspot'),
      task(2, 'teacher', '发参考答案和延伸阅读', 'Send solutions and further reading'),
      task(7, 'lead', '看反馈，写下改进', 'Read the feedback, write down improvements'),
    ],
    run: [
      item(20, said('助教', 'Assistants'), '签到、检查环境', 'Arrive, check machines'),
      item(20, nobody, '目标和概念', 'Goals and ideas'),
      item(50, nobody, '练习一', 'First exercise'),
      item(15, nobody, '休息', 'Break'),
      item(20, nobody, '讲解二', 'Second part'),
      item(55, nobody, '练习二', 'Second exercise'),
      item(15, nobody, '休息', 'Break'),
      item(35, nobody, '自由发挥', 'Make it your own'),
      item(10, nobody, '小结、反馈', 'Summary and feedback'),
    ],
    budget: [
      out(1000, '场地', 'Venue'),
      out(600, '茶歇', 'Snacks and drinks'),
      out(1500, '讲师', 'Teacher'),
      out(400, '云资源与器材', 'Cloud and equipment'),
      income(4000, '报名费', 'Fees'),
    ],
  },
  hackathon: {
    name: said('黑客松', 'Hackathon'),
    about: said('两天组队做一个能演示的东西。', 'Two days, in teams, to something that can be shown.'),
    minutes: 1980,
    roles: [
      role('lead', 1, '总负责', 'Lead'),
      role('venue', 2, '场地与后勤', 'Venue and supplies'),
      role('mentors', 4, '导师', 'Mentors'),
      role('jury', 3, '评委', 'Jury'),
      role('sponsors', 1, '赞助', 'Sponsors'),
      role('words', 1, '宣传', 'Announcements'),
      role('safety', 1, '安全值守', 'Night watch'),
    ],
    tasks: [
      task(-60, 'lead', '定主题、规则和评分标准', 'Settle theme, rules and how it is judged'),
      task(-56, 'venue', '预订可过夜的场地', 'Book a venue that stays open overnight'),
      task(-50, 'sponsors', '联系赞助与奖品', 'Find sponsors and prizes'),
      task(-42, 'words', '发布活动，开放报名', 'Publish the event and open registration'),
      task(-30, 'mentors', '确认导师名单和时段', 'Confirm mentors and their hours'),
      task(-28, 'jury', '确认评委，讲清利益回避', 'Confirm the jury, and who must abstain from what'),
      task(-21, 'words', '开组队讨论帖', 'Open a thread to find a team'),
      task(-14, 'venue', '算餐食、饮水、插座、带宽', 'Count meals, water, sockets, bandwidth'),
      task(-7, 'safety', '确认消防、急救和值夜安排', 'Fire safety, first aid, who is awake at night'),
      task(-5, 'lead', '发参赛须知和提交方式', 'Send the rules and how to submit'),
      task(-2, 'venue', '采购、布置、测网', 'Shop, set up, test the network'),
      task(0, 'lead', '开场说明行为准则', 'Say the code of conduct at the opening'),
      task(2, 'words', '公布结果和作品列表', 'Publish results and projects'),
      task(7, 'sponsors', '寄奖品，给赞助方总结', 'Send prizes, and a report to sponsors'),
      task(10, 'lead', '复盘', 'Look back'),
    ],
    run: [
      item(60, nobody, '签到、早餐', 'Arrive, breakfast'),
      item(45, nobody, '开场、规则', 'Opening and rules'),
      item(45, nobody, '点子路演、组队', 'Pitches and teams'),
      item(150, nobody, '开做', 'Build'),
      item(60, nobody, '午餐', 'Lunch'),
      item(300, said('导师', 'Mentors'), '开做，导师巡场', 'Build, with mentors'),
      item(60, nobody, '晚餐、中期检查', 'Dinner and halfway check'),
      item(720, said('值守', 'Night watch'), '夜间开发', 'Build through the night'),
      item(60, nobody, '早餐', 'Breakfast'),
      item(210, nobody, '收尾、准备演示', 'Finish, prepare to show'),
      item(60, nobody, '午餐、提交截止', 'Lunch; submissions close'),
      item(135, nobody, '演示', 'Demonstrations'),
      item(45, said('评委', 'Jury'), '评审', 'The jury confers'),
      item(30, nobody, '颁奖、合影', 'Prizes and photo'),
    ],
    budget: [
      out(5000, '场地（过夜）', 'Venue, overnight'),
      out(6000, '餐饮', 'Food and drink'),
      out(3000, '奖品', 'Prizes'),
      out(1000, '物料', 'Materials'),
      out(1500, '安全与保险', 'Safety and insurance'),
      income(15000, '赞助', 'Sponsors'),
      income(2000, '报名押金', 'Deposits'),
    ],
  },
  ama: {
    name: said('AMA 问答', 'AMA'),
    about: said(
      '请一位嘉宾，收问题，一小时答完。',
      'One guest, questions gathered before, an hour of answers.',
    ),
    minutes: 75,
    roles: [
      role('lead', 1, '总负责', 'Lead'),
      role('host', 1, '主持', 'Host'),
      role('questions', 1, '收集问题', 'Questions'),
      role('av', 1, '直播与录制', 'Stream and recording'),
    ],
    tasks: [
      task(-21, 'lead', '邀请嘉宾，定时间', 'Invite the guest and fix the time'),
      task(-14, 'questions', '开提问帖', 'Open the thread for questions'),
      task(-14, 'lead', '发布活动', 'Publish the event'),
      task(-7, 'questions', '合并重复问题，按投票排序', 'Merge duplicates, sort by votes'),
      task(
        -3,
        'host',
        '和嘉宾过一遍问题和不谈的话题',
        'Go through questions, and what is off limits, with the guest',
      ),
      task(-1, 'av', '试连线和录制', 'Try the connection and the recording'),
      task(-1, 'lead', '发提醒', 'Send a reminder'),
      task(0, 'questions', '现场收新问题', 'Gather questions as they come'),
      task(3, 'questions', '把问答整理成文', 'Write up questions and answers'),
      task(5, 'lead', '感谢嘉宾，复盘', 'Thank the guest; look back'),
    ],
    run: [
      item(5, nobody, '开场、介绍嘉宾', 'Welcome and introduction'),
      item(10, nobody, '嘉宾自述', 'The guest’s own story'),
      item(35, nobody, '预先收集的问题', 'Questions asked before'),
      item(20, nobody, '现场提问', 'Questions from the audience'),
      item(5, nobody, '收尾', 'Goodbye'),
    ],
    budget: [out(500, '嘉宾礼物', 'Gift for the guest'), out(200, '直播工具', 'Streaming')],
  },
  study: {
    name: said('共读小组', 'Study group'),
    about: said(
      '几个人一起读一本书或一份源码，每次一章。',
      'A few people read a book or a code base, a chapter at a time.',
    ),
    minutes: 90,
    roles: [
      role('lead', 1, '组长', 'Lead'),
      role('reader', 1, '本次领读', 'Leads this chapter'),
      role('notes', 1, '记录', 'Notes'),
    ],
    tasks: [
      task(-21, 'lead', '选定材料和节奏', 'Choose what to read, and how fast'),
      task(-14, 'lead', '开放报名，控制在 12 人内', 'Open registration, twelve at most'),
      task(-7, 'lead', '发阅读范围和三个引导问题', 'Send the pages and three questions'),
      task(-5, 'reader', '准备十五分钟领读', 'Prepare fifteen minutes of introduction'),
      task(-2, 'lead', '提醒大家写下卡住的地方', 'Ask everybody to note where they got stuck'),
      task(0, 'notes', '建好共享笔记', 'Open the shared notes'),
      task(1, 'notes', '整理笔记和未解问题', 'Tidy the notes and open questions'),
      task(2, 'lead', '定下次领读和范围', 'Settle the next chapter and who leads it'),
    ],
    run: [
      item(5, nobody, '到齐、回顾上次', 'Arrive; where we were'),
      item(15, said('领读', 'Reader'), '领读', 'Introduction'),
      item(40, nobody, '逐节讨论', 'Section by section'),
      item(20, nobody, '卡住的地方', 'Where we got stuck'),
      item(10, said('组长', 'Lead'), '小结、下次安排', 'Summary, and next time'),
    ],
    budget: [out(300, '书或资料', 'Books'), out(200, '茶水', 'Tea')],
  },
  conference: {
    name: said('技术大会', 'Conference'),
    about: said('一整天，多场报告，提前数月准备。', 'A full day of talks, months in the making.'),
    minutes: 540,
    roles: [
      role('lead', 1, '总负责', 'Lead'),
      role('programme', 3, '议程', 'Programme'),
      role('venue', 2, '场地', 'Venue'),
      role('sponsors', 1, '赞助', 'Sponsors'),
      role('speakers', 2, '讲师对接', 'Speakers'),
      role('av', 2, '音视频', 'Sound and video'),
      role('door', 4, '签到与志愿者', 'Door and volunteers'),
      role('words', 2, '宣传', 'Announcements'),
      role('money', 1, '财务', 'Money'),
    ],
    tasks: [
      task(-120, 'lead', '定日期、规模和预算上限', 'Settle date, size and the most it may cost'),
      task(-110, 'venue', '签场地合同', 'Sign the venue'),
      task(-100, 'programme', '发议题征集', 'Open the call for talks'),
      task(-90, 'sponsors', '发赞助方案', 'Send the sponsors’ brochure'),
      task(-75, 'words', '开放早鸟票', 'Open early tickets'),
      task(-60, 'programme', '议题评审，通知结果', 'Review proposals and tell everybody'),
      task(-45, 'programme', '公布议程', 'Publish the programme'),
      task(-40, 'speakers', '确认讲师行程和住宿', 'Confirm travel and beds of speakers'),
      task(-30, 'door', '招募志愿者，分工', 'Find volunteers and share the work'),
      task(-28, 'words', '发布行为准则和无障碍说明', 'Publish code of conduct and accessibility'),
      task(-21, 'av', '录制和直播方案定稿', 'Settle recording and stream'),
      task(-14, 'speakers', '收讲稿', 'Collect slides'),
      task(-14, 'venue', '餐饮、动线、指引定稿', 'Food, ways and signs settled'),
      task(-10, 'money', '付清尾款，开票', 'Pay what is open; invoices'),
      task(-3, 'door', '志愿者培训，试签到', 'Train volunteers; try the door'),
      task(-1, 'av', '全流程彩排', 'Full rehearsal'),
      task(0, 'lead', '早晨碰头会', 'Meet in the morning'),
      task(2, 'words', '致谢，征集反馈', 'Thanks; ask for feedback'),
      task(10, 'av', '发布录像', 'Publish the recordings'),
      task(14, 'money', '结算', 'Settle the accounts'),
      task(21, 'lead', '复盘，写总结', 'Look back and write it up'),
    ],
    run: [
      item(60, said('签到', 'Door'), '签到、早餐', 'Doors and breakfast'),
      item(15, nobody, '开幕', 'Opening'),
      item(45, nobody, '主题报告', 'Keynote'),
      item(30, nobody, '报告一', 'First talk'),
      item(20, nobody, '茶歇', 'Break'),
      item(70, nobody, '报告二、三', 'Talks two and three'),
      item(80, nobody, '午餐', 'Lunch'),
      item(70, nobody, '报告四、五', 'Talks four and five'),
      item(30, nobody, '茶歇、海报', 'Break and posters'),
      item(70, nobody, '报告六、七', 'Talks six and seven'),
      item(30, nobody, '闪电分享', 'Lightning talks'),
      item(20, nobody, '闭幕、合影', 'Closing and photo'),
    ],
    budget: [
      out(20000, '场地', 'Venue'),
      out(24000, '餐饮', 'Food and drink'),
      out(12000, '讲师差旅', 'Speakers’ travel'),
      out(9000, '音视频', 'Sound and video'),
      out(6000, '物料与周边', 'Materials'),
      out(4000, '备用', 'Reserve'),
      income(45000, '赞助', 'Sponsors'),
      income(32000, '门票', 'Tickets'),
    ],
  },
}

/** A template's amount in whole units of another currency, rounded to tens. */
export function roughly(yuan: number, currency: BudgetCurrency): number {
  return currency === 'CNY' ? yuan : Math.max(10, Math.round((yuan * perYuan[currency]) / 10) * 10)
}
