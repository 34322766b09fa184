// The tus reference server on a port, its files in a folder: node server.js HOST PORT FOLDER
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const [host, port, directory] = process.argv.slice(2);
const server = new Server({ path: "/api/v1/uploads", datastore: new FileStore({ directory }) });
server.listen({ host, port: Number(port) }, () => console.log("up"));
