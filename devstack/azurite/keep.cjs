// Loaded into Azurite before it starts (`node --require`): makes a kill lose nothing.
//
// Azurite answers a write at once but saves its metadata only every five seconds. Azure Storage, for
// which it stands, has kept a write when it answers. So on SIGUSR2 this saves what was answered and
// then ends the process as `kill -9` does: connections break, nothing is closed in order.

const fs = require("fs");
const path = require("path");
const Loki = require(path.join(__dirname, "node_modules", "lokijs"));

const databases = new Set();
const configure = Loki.prototype.configureOptions;

Loki.prototype.configureOptions = function (...options) {
  databases.add(this);
  return configure.apply(this, options);
};

process.on("SIGUSR2", () => {
  for (const database of databases) {
    const draft = `${database.filename}.kept`;
    fs.writeFileSync(draft, database.serialize());
    fs.renameSync(draft, database.filename);
  }
  process.kill(process.pid, "SIGKILL");
});
