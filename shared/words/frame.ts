import type { Bilingual } from './bilingual.ts'

/** Words of what the app does as an app: the keyboard, being installed, being shared to. */
export const frame = {
  en: {
    keys: 'Keyboard shortcuts',
    keys_go: 'Go to',
    keys_list: 'In lists and threads',
    keys_page: 'On this page',
    keys_app: 'Everywhere',
    keys_then: 'then',
    keys_single: 'Shortcuts of single keys',
    keys_single_hint:
      'They never act while you write. Turn them off where dictation or another aid presses keys by accident.',
    key_next: 'Next',
    key_former: 'Previous',
    key_close: 'Close, cancel',
    key_search: 'Search',
    key_palette: 'Search, also while writing',
    key_reply: 'Reply',
    key_new_thread: 'New thread',
  },
  zh: {
    keys: '键盘快捷键',
    keys_go: '前往',
    keys_list: '在列表和讨论中',
    keys_page: '在本页',
    keys_app: '任何页面',
    keys_then: '然后',
    keys_single: '启用单键快捷键',
    keys_single_hint: '输入文字时不会触发。如果语音输入等辅助工具会误触按键，可以关闭。',
    key_next: '下一项',
    key_former: '上一项',
    key_close: '关闭、取消',
    key_search: '搜索',
    key_palette: '搜索（输入文字时也可用）',
    key_reply: '回复',
    key_new_thread: '发起讨论',
  },
} satisfies Bilingual
