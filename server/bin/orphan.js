/** Loaded before the program that child.js starts: ends it in the ordinary way when its launcher is gone. */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
// Listening would keep a program alive that has nothing left to do.
process.channel?.unref()
