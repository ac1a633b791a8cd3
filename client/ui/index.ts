/**
 * The UI kit. It imports only itself and knows no product: every word comes in by props. Import from
 * `#client/ui/index.ts` alone; what is heavy (Markdown, code colours, the editor) loads itself on demand.
 *
 * Frame
 *   Shell            places (rail on a desk, bar on a phone), header with title/status/actions, notices, main
 *   BrandMark        the mark, as an svg in the current colour
 *   Page             one screen: h1, lead, actions, back link, width narrow|text|wide|full
 *   Section          h2 with hint and action; Stack, Row, Split: spacing; Muted: secondary text
 * Controls
 *   Button           variants primary|secondary|soft|quiet|danger, small, wide, busy; type is `button`
 *   LinkButton       an anchor that looks like one; IconButton: icon + label, `pressed` makes it a toggle;
 *                    IconLink: a link that is an icon, with a count
 *   Form, FormActions  onSubmit without leaving the page; the row of buttons
 *   TextInput, TextArea, Select, Checkbox, RadioGroup, Segments   label, hint, error, optional, hideLabel
 *   Field            the wiring alone, for a control of your own
 *   Menu             a button with a popover of actions; TabLinks: sibling pages
 *   Dialog           native modal; createConfirm(): `await confirm.ask({title, confirm, cancel})` + <confirm.View/>
 *   createToasts, ToastRegion   toasts.show(text, {tone, action}); the region goes once into the page
 * Content
 *   Card, List, ListRow   with `href` the title's link covers the box; Above lifts controls over it
 *   Table            figures in rows; each column {head, cell(row), words?}, the first cell names the row
 *   Tag, Tags, Badge, Avatar, Stat, Meta, Time (at in epoch ms, locale)
 *   StateWord        device|sent|saved|held|refused + the word; StatusPill: ok|syncing|waiting|offline|problem
 *   Banner           update, read-only, refusal; `inline` boxes it
 *   EmptyState, ErrorState, Skeleton
 *   Markdown         sanitised GFM; lazy. preloadMarkdown() ahead of need
 *   Editor           shared Markdown editor: text (Y.Text), awareness, user {name, color: hueOf(id)}, label, labels,
 *                    readOnly, placeholder, markdown (adds preview); lazy
 *   MarkdownField    textarea + toolbar + preview for posts: value, onInput, label, labels, markdown, onSubmit
 *   icons            every icon is `<Name>Icon`, from `#client/ui/icons.tsx`
 * Plain functions
 *   keepFocus(root)  what has the focus may vanish: it goes to what that stood in
 *   followVoices(root, voiceOf)  marks what people wrote in the other language as such, for screen readers
 *   lieOver(close)  what is drawn over a page without Dialog: Back closes it; isCovered, afterUncovering, clearOver
 *   hueOf(id) 0…7 colour of a person, classes()
 *
 * Own styles of a page: CSS Modules with the custom properties of styles/tokens.css, unlayered or in
 * `@layer page`; both overrule the kit. `data-theme="light|dark"` on <html> forces a theme, and the
 * `lang` of an element sets measure and leading for Han or Latin text.
 */
import './styles/index.css'

export { Bars, type BarsProps } from './bars.tsx'
export { Button, type ButtonProps, type ButtonVariant, IconButton, IconLink, LinkButton } from './button.tsx'
export { classes } from './classes.ts'
export { DayMark } from './day-mark.tsx'
export { type Confirm, createConfirm, Dialog, type Question } from './dialog.tsx'
export { Editor, type EditorProps } from './editor/editor.tsx'
export { MarkdownField, type MarkdownFieldProps } from './editor/markdown-field.tsx'
export type { EditorLabels } from './editor/words.ts'
export { EmptyState, ErrorState, Skeleton } from './empty.tsx'
export {
  Checkbox,
  Field,
  Form,
  FormActions,
  type Option,
  RadioGroup,
  Segments,
  Select,
  TextArea,
  TextInput,
} from './field.tsx'
export { keepFocus } from './focus.ts'
export { Above, Card, List, ListRow, Meta, Stat } from './list.tsx'
export { Markdown, type MarkdownProps, preloadMarkdown } from './markdown/markdown.tsx'
export type { MarkdownLabels, RenderOptions, ResolvedImage } from './markdown/options.ts'
export type { Heading } from './markdown/render.ts'
export { Menu, type MenuItem } from './menu.tsx'
export { Time } from './moment.tsx'
export { afterUncovering, clearOver, isCovered, lieOver } from './over.ts'
export { Muted, Page, Row, Section, Split, Stack } from './page.tsx'
export { hueOf } from './person.ts'
export { BrandMark, type Place, Shell } from './shell.tsx'
export { Banner, StateWord, StatusPill, type SyncState, type WorkState } from './state.tsx'
export { type Column, Table, type TableProps } from './table.tsx'
export { type TabLink, TabLinks } from './tabs.tsx'
export { Avatar, Badge, Tag, Tags, type Tone } from './tag.tsx'
export { ToastRegion } from './toast.tsx'
export { createToasts, type Toast, type Toasts, type ToastTone } from './toasts.ts'
export { followVoices } from './voices.ts'
