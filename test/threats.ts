/**
 * What we defend against, and the tests that prove it; threats.test.ts holds every one of them to be there. A threat to
 * something that the product does not have yet says which feature has to bring its proof.
 */

export interface Proof {
  /** From the root. */
  file: string
  /** As it stands in the file. */
  title: string
}

export interface Threat {
  threat: string
  /** What must hold all the same. */
  expected: string
  proofs: readonly Proof[]
  /** What has no proof because it does not exist yet, and who will bring it. */
  later?: readonly string[]
}

const proofs = (file: string, ...titles: string[]): Proof[] => titles.map((title) => ({ file, title }))

export const threats: readonly Threat[] = [
  {
    threat: 'Posts and points in somebody else’s name',
    expected:
      'The author is whoever the session says. Rooms that only the server writes take nothing from anybody; in the others a Yjs client belongs to the member who first wrote as it.',
    proofs: [
      ...proofs('test/promises/sockets.test.ts', 'members cannot write where only the server writes'),
      ...proofs('server/core/docs.test.ts', 'a Yjs client belongs to the member who first wrote as it'),
      ...proofs(
        'test/promises/hostile.test.ts',
        "an author cannot take over another's article by giving a draft its id",
      ),
      ...proofs(
        'test/promises/access.test.ts',
        'nobody receives what they may not know, by any way in, and everybody what they may',
      ),
    ],
    later: ['points: growth (issue 4)'],
  },
  {
    threat: 'A room, row, file, query or page opened by the way that forgot to ask',
    expected:
      'One function decides for all of them; what has no rule keeps the server from starting. Of what somebody may not know, no byte reaches them.',
    proofs: [
      ...proofs(
        'test/promises/access.test.ts',
        'nobody receives what they may not know, by any way in, and everybody what they may',
        'the judge of access sees a hole in a row, a file, a room, a query, a command and a route',
      ),
      ...proofs(
        'server/core/declarations.test.ts',
        'a table that nobody declared keeps the server from starting, and is named',
        'a kind of room without a rule, or resting on a row that no feature has, keeps the server from starting',
        'a route that answers without a rule is named',
      ),
      ...proofs(
        'server/core/access.test.ts',
        'a room opens to whoever may see the row that carries it, and closes with it',
      ),
    ],
    later: ['search, push, export: search and library (issue 6), notifications (issue 4)'],
  },
  {
    threat: 'A socket that stays open when access has ended',
    expected:
      'Rooms and sockets are closed, and the feed falls silent, within a second; nothing that is sent after the end is taken.',
    proofs: [
      ...proofs(
        'server/features/moderation/suspended.test.ts',
        'a suspension closes the member’s sockets within a second, and no one else’s',
      ),
      ...proofs(
        'test/promises/revocation.test.ts',
        'in the midst of streaming updates, nothing arrives a second after the end and nothing is taken after it',
        'a grant that ends by the hour closes its rooms and takes its rows, and nothing else, within a second',
        'a session that ends by the hour closes its socket within a second',
        'commands that came in one request stop where its session ended',
        'a role that ended where nobody told us of it counts from the next page of the feed',
      ),
    ],
  },
  {
    threat: 'Another room on a channel that was let into one, or a message that is the server’s to send',
    expected:
      'A channel is the room for which access was asked; what is no message of a client ends the socket.',
    proofs: [
      ...proofs(
        'test/promises/access.test.ts',
        'nobody receives what they may not know, by any way in, and everybody what they may',
      ),
      ...proofs(
        'test/promises/sockets.test.ts',
        'bytes that are no message close the socket and nothing else',
      ),
      ...proofs(
        'test/promises/fuzz.test.ts',
        'thousands of hostile frames: no crash, no stall, no growth, nothing changed that was not theirs',
      ),
    ],
  },
  {
    threat: 'Updates that are malformed, enormous or made to break Yjs',
    expected:
      'They are scanned before Yjs sees them, and refused whole; a document that failed all the same is read again from its log.',
    proofs: [
      ...proofs(
        'server/core/updates.test.ts',
        'a mutant is refused and changes nothing, or it is applied and the document is as healthy as before',
      ),
      ...proofs(
        'test/promises/hostile.test.ts',
        'an update with %s is refused at once and leaves the room as it was',
      ),
      ...proofs('test/promises/bounds.test.ts', 'a message larger than allowed closes its socket'),
      ...proofs('server/core/docs.test.ts', 'a room whose log is damaged is closed, not served empty'),
    ],
  },
  {
    threat: 'Updates that wait for others which never come, and documents that only grow',
    expected: 'A gap is asked about and never kept; a document that is full takes deletions alone.',
    proofs: proofs(
      'server/core/docs.test.ts',
      'an update with a gap before it is not kept, and its author is asked for what is missing',
      'a document that is full takes deletions and nothing more',
    ),
  },
  {
    threat: 'Presence in somebody else’s name, or too much of it',
    expected:
      'The server says who somebody is; a connection has few presences, small ones, a few times a second.',
    proofs: [
      ...proofs(
        'server/core/presence.test.ts',
        'whoever says to be somebody else is shown as who they are',
        'a clock of 2^52 silences nobody, oneself included',
        'a connection shows as many clients as one device has, and no more',
      ),
      ...proofs(
        'test/promises/stock-client.test.ts',
        'each sees the others under the names that the server knows, whatever they call themselves',
      ),
    ],
  },
  {
    threat: 'A stolen or planted session',
    expected:
      'Its cookie is for this host and unseen by scripts, the database keeps a hash, every sign-in makes a new one, and one that ended opens nothing.',
    proofs: [
      ...proofs(
        'test/promises/forged.test.ts',
        'a session’s cookie is for this host over TLS alone, unseen by scripts, and only its hash is kept',
      ),
      ...proofs(
        'server/features/accounts/sign-in.test.ts',
        'every sign-in makes a new session, and the one that the browser came with ends',
        'signing out ends the session on the server, not only the cookie',
      ),
      ...proofs(
        'test/promises/sockets.test.ts',
        'a ticket of a session that ended meanwhile opens nothing that stays open',
      ),
    ],
  },
  {
    threat: 'Another site that acts through a visitor’s browser',
    expected:
      'Only our own Origin changes anything or opens a socket; a cookie without an Origin does not count.',
    proofs: [
      ...proofs('test/promises/sockets.test.ts', 'a socket with %s is not opened'),
      ...proofs(
        'test/promises/commands.test.ts',
        'guests cannot act, and neither can foreign pages nor cookie requests without an Origin',
      ),
      ...proofs('server/features/accounts/sign-in.test.ts', 'another site cannot sign anyone in or out'),
    ],
  },
  {
    threat: 'Scripts in Markdown, names and files',
    expected:
      'Markup is sanitised when it is shown, pages run our own scripts only, files that could carry scripts are downloads.',
    proofs: [
      ...proofs('test/browser/markdown-xss.test.ts', 'runs nothing: %s'),
      ...proofs(
        'test/browser/shell.test.ts',
        'every page comes with the strict policy, and scripts of the page are not needed to read',
      ),
      ...proofs('test/promises/forged.test.ts', 'a file of the type %s is a download in a sandbox'),
      ...proofs(
        'server/core/presence.test.ts',
        'a name reaches others without markup, control characters and turned writing',
      ),
      ...proofs(
        'shared/core/line.test.ts',
        'a name is one line that can be seen, in any writing',
        'what nobody would see is no name',
      ),
    ],
  },
  {
    threat:
      'A folder to import that reaches outside of itself, or a table to download that runs what is in it',
    expected:
      'Paths and links that lead out of the folder are refused by name; what begins like a formula is text in a spreadsheet.',
    proofs: [
      ...proofs(
        'server/features/courses/import/folder.test.ts',
        'brings nothing from outside: paths, links and absolute names are refused with a reason',
      ),
      ...proofs('shared/features/csv.test.ts', 'a name that a spreadsheet would run is only a name'),
    ],
  },
  {
    threat: 'A server made to ask addresses inside its network, or to unpack a bomb',
    expected: 'Nothing that members or imports bring is fetched.',
    proofs: [
      ...proofs(
        'test/promises/forged.test.ts',
        'no address in what members or imports bring makes the server ask there',
      ),
      ...proofs(
        'server/features/courses/import/folder.test.ts',
        'files that are huge, binary, broken or named twice are left out; the rest comes whole',
      ),
    ],
    later: ['push endpoints: notifications (issue 4)'],
  },
  {
    threat: 'Payment notices that are forged, old, repeated or out of order',
    expected: 'Signed, in time, taken once, and a payment never goes back to an earlier state.',
    proofs: proofs(
      'server/features/memberships/stripe.test.ts',
      'that was tampered with, is stale, or is not signed at all changes nothing and is refused',
      'that comes again and again is one payment',
      'of less money than was asked for, or of other money, opens nothing',
      'in any order, with any repeats, the same events end in the same state',
      'that was kept before a crash is seen to after it',
    ),
  },
  {
    threat: 'A code redeemed more often than it allows',
    expected: 'Of any number at the same moment, exactly as many succeed as there are left.',
    proofs: [
      ...proofs(
        'server/features/accounts/sign-up.test.ts',
        'fifty people at once use an invitation for three up exactly three times',
      ),
      ...proofs(
        'server/features/memberships/memberships.test.ts',
        'of 500 redemptions at once of a code for three, exactly three succeed',
        'of 500 orders at once with a coupon for three, exactly three succeed',
        'expired codes are as unknown as those that never were, and guessing is slowed down',
      ),
    ],
  },
  {
    threat: 'Money and access that drift apart',
    expected:
      'Only the server writes a ledger that is never changed; a payment and what it opens are one transaction; what is kept is what the ledger says. Members see their own money, owners everybody’s.',
    proofs: [
      ...proofs(
        'server/features/memberships/ledger.test.ts',
        'what is kept is what the ledger says, after any history',
      ),
      ...proofs(
        'server/features/memberships/memberships.test.ts',
        'is seen by its buyer and the owners, and by nobody else',
        'in full ends what was opened at once, also after it has been used',
      ),
    ],
  },
  {
    threat: 'Points farmed alone or in a ring',
    expected: 'One entry a cause, caps, taken back with their cause; the balance is what its ledger says.',
    proofs: [],
    later: ['points: growth (issue 4)'],
  },
  {
    threat: 'Removed words that come back with an old replica',
    expected:
      'What was erased is in no log, snapshot, WAL or backup, and a device of long ago cannot bring it back.',
    proofs: [
      ...proofs(
        'test/promises/erasure.test.ts',
        'a deleted post is in no file of the community any more, and not in the next backup',
        'a replica of 90 days ago with the largest client id cannot bring a removed post back',
        'nor does one of notes that were re-based',
      ),
      ...proofs(
        'client/core/epochs.test.ts',
        'a 90 days old replica with the largest client id brings nothing back, and says what it had to say',
      ),
      ...proofs(
        'server/features/moderation/moderation.test.ts',
        'when it is closed, the bytes are gone for good',
      ),
    ],
  },
  {
    threat: 'What was removed is posted again, by anybody, in another dress',
    expected:
      'Texts are compared as they read, not as they are written; what reads the same is looked at first.',
    proofs: [
      ...proofs(
        'server/features/moderation/moderation.test.ts',
        'the same words that were removed do not come back unseen',
      ),
      ...proofs(
        'shared/features/moderation-text.test.ts',
        'a word is found however it is dressed up',
        'the same words in another dress have the same fingerprint',
      ),
    ],
  },
  {
    threat: 'A pattern of a rule that takes for ever',
    expected: 'Rules are matched in steps that are bounded by pattern and text; what cannot be is no rule.',
    proofs: [
      ...proofs(
        'shared/features/moderation-pattern.test.ts',
        'patterns that hang a backtracking matcher take no longer than others',
        'says what it does not take, and where',
      ),
      ...proofs(
        'server/features/moderation/moderation.test.ts',
        'a catastrophic pattern stops nobody, and what cannot be matched safely is no rule',
      ),
    ],
  },
  {
    threat: 'A moderator who covers their tracks',
    expected:
      'Decisions stand in a log that only grows, its entries chained; whoever decided does not hear the appeal.',
    proofs: proofs(
      'server/features/moderation/moderation.test.ts',
      'the log cannot be changed without being found out',
      'one for each decision, by whom it is about, decided by somebody else',
      'nobody punishes those above them, or themselves',
    ),
  },
  {
    threat: 'Finding out who has an account',
    expected:
      'Signing in, joining and asking for a new password are answered the same, and as fast, whether or not the email is known.',
    proofs: [
      ...proofs(
        'server/features/accounts/sign-in.test.ts',
        'an unknown email takes as long as a wrong password',
      ),
      ...proofs(
        'server/features/accounts/joining.test.ts',
        'by invitation only: without one nobody joins, and nothing is said about who is here',
        'open: the answer is the same for an email that is known, and its account stays as it is',
        'with approval: asking twice, or with the email of a member, is answered the same and changes nothing',
        'from one address not many an hour',
      ),
      ...proofs(
        'server/features/groups/groups.test.ts',
        'a lead adds by handle and removes, but learns nothing from emails and decides nothing else',
      ),
    ],
  },
  {
    threat: 'A part that the community has switched off, reached all the same',
    expected:
      'No command, row, room, query, route, page or job of it is there, also for who was in it already.',
    proofs: proofs(
      'server/features/accounts/modules.test.ts',
      'commands of what is not used are refused in words, and accepted again later',
      'rows leave every device and come back as they were, with what happened meanwhile',
      'rooms, queries, routes, pages and the description of the interface are absent',
      'an open room closes within a second, and other rooms stay',
      'jobs of what is not used wait until it is',
    ),
  },
  {
    threat: 'A stranger who sets the community up first',
    expected: 'A link that is printed once makes one owner; after that there is no setup.',
    proofs: proofs(
      'server/features/accounts/setup.test.ts',
      'a hundred simultaneous setups make exactly one owner',
      'after it was used, setup does not exist, and no new link is given',
      'the token lies in the database only as a hash',
    ),
  },
  {
    threat: 'A backup in the wrong hands',
    expected:
      'Only its owner can read it, also while it is made, and nobody can sign in or enter with what it holds.',
    proofs: proofs(
      'test/promises/backup.test.ts',
      'a backup is for its owner only, and nobody can sign in with what it holds',
      'a backup holds no invitation that still opens the door',
      'nobody else can read a backup while it is being made',
      'a backup holds no secret of the server and no key to its cursors',
    ),
    later: ['encryption with a key: backups that leave the house (issue 6)'],
  },
  {
    threat: 'A ticket that is guessed, made by staff, or used twice; feedback that is traced to who gave it',
    expected:
      'A ticket has 60 random bits; phones at the door hold hashes alone, and a second scan is told on every one of them. Feedback without a name has no member beside it, and is shown three at a time.',
    proofs: [
      ...proofs(
        'server/features/events/door.test.ts',
        'staff hold what they need to know tickets by, and not the tickets',
        'of two phones that were offline the one that the server hears first counts, whatever their clocks say',
        'without a name is given once, and keeps no member with it',
        'is shown three new ones at a time, and what is left when it closes',
      ),
      ...proofs(
        'server/features/events/seats.test.ts',
        'never exceed what there are, whatever people do in whatever order',
      ),
    ],
  },
  {
    threat: 'A lesson that opens later, read before its time',
    expected:
      'Its title and its date are in the outline; its text, preview, quiz, assignment, files and film go to its author and the owners alone, until the server’s clock says so.',
    proofs: [
      ...proofs(
        'server/features/courses/opening.test.ts',
        'is in the outline with its date, and not a word of it leaves the server by any way',
        'takes no answers and is not completed before its time, and the course is not either',
      ),
      ...proofs(
        'test/promises/access.test.ts',
        'nobody receives what they may not know, by any way in, and everybody what they may',
      ),
    ],
  },
  {
    threat: 'Somebody’s answer to an assignment, read by those whom it is not for, or traced between peers',
    expected:
      'It is for its member and those who run the course; a peer who reviews it gets its words without a name, and its member what was said without one.',
    proofs: [
      ...proofs(
        'server/features/courses/tasks.test.ts',
        'an answer is for its member and for those who run the course, and is decided by these',
        'peers who have handed in decide together, and neither learns who the other is',
        'what was handed in goes with its member, and what they said of others stays without their name',
      ),
      ...proofs(
        'test/promises/access.test.ts',
        'nobody receives what they may not know, by any way in, and everybody what they may',
      ),
    ],
  },
  {
    threat: 'A text that is sold, read without paying',
    expected:
      'It is on no row, page, feed, file or model for whoever may not open it; who loses it keeps no copy.',
    proofs: [
      ...proofs(
        'server/features/articles/sold.test.ts',
        'of an article that is sold everybody gets the preview, and only whoever may open it a word of the rest',
        'its pages and feeds show the preview and keep the rest',
        'the model’s vector of a sold article is made of what all may read',
        'a draft that revises what is sold stays as closed as the text, and keeps its opening',
        'a changed opening closes it for those who lose it and opens it for those who gain it',
      ),
      ...proofs(
        'test/promises/access.test.ts',
        'nobody receives what they may not know, by any way in, and everybody what they may',
      ),
      ...proofs(
        'client/core/withdrawal.test.ts',
        'a copy that was left behind by a page goes when the library is looked after',
      ),
    ],
  },
  {
    threat: 'A device that stays offline, or whose clock is set, to read on what is no longer paid for',
    expected:
      'What is sold locks after a week and a day by what has passed on the device, whatever its clock shows; what is the member’s own never does. Whoever puts the clock back by as much as passes before each opening is not noticed, and the text on the device is plain.',
    proofs: [
      ...proofs(
        'client/core/lease.test.ts',
        'a phone whose clock is wrong by %d ms reads on day 6, is locked on day 9, and reads again once it has heard the server',
        'a clock that is set back unlocks nothing, and hides no time that passes afterwards',
        'a clock that was set forward and back locks until the server is heard once',
        'no lease, one that was changed, another member’s and a clock that was deleted open nothing that is sold',
      ),
      ...proofs(
        'test/browser/lease.test.ts',
        'a bought article outlives the server for a week and a day, whatever the clock shows',
      ),
    ],
  },
  {
    threat: 'Clocks that are years wrong',
    expected: 'Order, times and the end of access are the server’s; a device’s clock is for show.',
    proofs: proofs(
      'test/promises/forged.test.ts',
      'a device whose clock is ten years wrong posts at the server’s time, in the server’s order',
    ),
  },
  {
    threat: 'A browser that throws its storage away',
    expected: 'Lost is at most what was never acknowledged, and until then it says so.',
    proofs: [
      ...proofs(
        'test/browser/parting.test.ts',
        'words typed while the log is busy are not said to be on this device, and outlive the page',
      ),
      ...proofs(
        'client/core/rooms.test.ts',
        'typing is on this device, then sent, then saved when the server says it is durable',
      ),
      ...proofs(
        'client/core/core.test.ts',
        'signing out follows in every tab, and unsent work is kept for the same member',
      ),
    ],
  },
  {
    threat: 'Several tabs that all send',
    expected: 'One sends for all, another takes over when it goes, and everything arrives once.',
    proofs: [
      ...proofs(
        'client/core/core.test.ts',
        'one tab does the sending for all, and another takes over when it closes',
      ),
      ...proofs(
        'client/core/epochs.test.ts',
        'two tabs: what either has typed and nobody has heard of is there once',
      ),
    ],
  },
  {
    threat: 'The same act sent again and again',
    expected: 'It is known by its member and id, taken once, and answered with what was stored.',
    proofs: [
      ...proofs(
        'test/promises/commands.test.ts',
        'takes effect once, however often it is sent',
        'takes effect once when two copies race',
      ),
      ...proofs(
        'test/browser/refused.test.ts',
        'a batch whose answer was lost is sent again and takes effect once',
      ),
    ],
  },
  {
    threat: 'A client that is too old, and does not know it',
    expected:
      'It is told so before anything of it is applied, keeps what it holds, and updates itself; a broken shell can be retired.',
    proofs: [
      ...proofs(
        'client/core/core.test.ts',
        'a server that serves this version no longer is sent nothing, and when it does again, everything goes on',
      ),
      ...proofs('test/browser/shell.test.ts', 'an installed shell can be retired from the server'),
    ],
  },
  {
    threat: 'Work of an earlier release that a later one cannot read',
    expected:
      'The server takes the commands and documents of three releases back; a migration that fails leaves the old store.',
    proofs: [],
    later: ['saved profiles of each release: there is no earlier one yet; from the second on'],
  },
  {
    threat: 'Fields that are not the sender’s to set, and names that every object has',
    expected: 'What a command does not know is refused with it; a prototype is never reached.',
    proofs: [
      ...proofs(
        'test/promises/forged.test.ts',
        'a command that carries %s besides is refused',
        '%s in a command is a field like any other, and none of its',
      ),
      ...proofs('test/promises/commands.test.ts', 'a command with %s is refused by itself'),
      ...proofs('server/core/presence.test.ts', 'what would be inherited by every object is taken out'),
    ],
  },
  {
    threat: 'A member who has left and can still be found',
    expected:
      'After the week of grace their name, handle and address are in no table, document, file or backup, also of features that are not used; what others rest on stays without a name.',
    proofs: proofs(
      'server/features/profiles/profiles.test.ts',
      'whoever has left is named in no table, no document, no file, and not in the next backup',
      'features that the community does not use lose what they hold of a member, too',
      'leaving takes the password, and a week; until then one press takes it back',
    ),
  },
  {
    threat: 'A bundle of one’s own data with somebody else’s in it',
    expected: 'It is made only from what the member may see, and of that only from what is theirs.',
    proofs: proofs(
      'server/features/profiles/profiles.test.ts',
      'and nothing that others wrote or have, whatever the member may see of it',
    ),
  },
  {
    threat: 'A search that finds what its asker may not read, or what was erased',
    expected:
      'Only what `access` lets them read is found; of what is sold, title and preview. What is withdrawn, deleted or erased leaves the index in the same transaction, its words too.',
    proofs: [
      ...proofs(
        'server/features/search/search.test.ts',
        'a text that is sold is found by its title and preview, and by its body only by whoever may open it',
        'of a thread the post is found that has the words, and guests find none',
        'a deleted post is in no answer, and none of its words is in the index',
        'a withdrawn article is gone at once, and back with its text when it is published again',
        'who is erased is found no more',
        'what a search says can be no operator',
        'whoever asks without end is told when to ask again',
      ),
      ...proofs(
        'client/worker/search/searcher.test.ts',
        'a row that is withdrawn is in no answer from that moment on, with its text',
        'a text that may not be opened any more is found by its title alone',
        'a removed post is in no answer from that moment on',
      ),
      ...proofs('shared/search/search.test.ts', 'no text makes it slow: %s'),
    ],
  },
  {
    threat:
      'A picture that carries a script, fills the disk, or opens to others what only its name is known of',
    expected:
      'Only bytes that begin as WebP, JPEG or PNG are stored, up to a size and so many a day. A picture is its member’s alone until something shows it that others may read; a post shows only those of its author, a draft those of its authors.',
    proofs: proofs(
      'server/features/pictures/pictures.test.ts',
      'a picture is its member’s alone until something that others may read shows it',
      'a post shows its author’s pictures as long as it stands, and nobody’s whose name it only knows',
      'what is no picture, is too large, or says it is another is refused',
      'so many a day and no more, and tomorrow again',
    ),
  },
  {
    threat:
      'An upload that is a page or a program, fills memory or the disk, plays for whoever did not pay, or outlives its lesson',
    expected:
      'Uploads come in parts of a megabyte into the database, up to sizes, numbers and sums that are refused by name. What plays is what its bytes say; all else is an attachment under a sandbox that nothing sniffs. A file is its member’s alone until a list names it, then for those who have the text of its lesson or article, at each request anew, and gone when no list names it. Copies on devices go with the row.',
    proofs: [
      ...proofs(
        'server/features/media/media.test.ts',
        'goes on where it stood, is stored once by its hash, and is its member’s alone',
        'is what its bytes say, or nothing',
        'keeps to its bounds, and the community’s own',
        'in ranges that cross its parts, whole, by its tag, or not at all',
        'is for those whom its text is for, follows when that changes, and goes with it',
        'is arranged by whoever writes it, from what they uploaded or what is there',
        'goes when no list names it any more, and at once; what was never shown, within a day',
      ),
      ...proofs('shared/features/media.test.ts', 'a file is what its bytes say, whatever its name is'),
      ...proofs(
        'client/core/withdrawal.test.ts',
        'the files that it names go with it, and those that others name stay',
      ),
      ...proofs(
        'client/core/downloads.test.ts',
        'a download goes on where it stood, keeps to its room, and goes whole',
      ),
    ],
  },
  {
    threat: 'A formula, footnote or diagram that runs a script or fetches something',
    expected:
      'KaTeX runs without trust and its MathML is sanitised, footnotes are sanitised each by itself, and a diagram is an image, in which nothing runs.',
    proofs: proofs(
      'test/browser/markdown-xss.test.ts',
      'a formula runs nothing: %s',
      'a diagram is drawn when it is asked for, as an image, and its source comes back',
    ),
  },
]
