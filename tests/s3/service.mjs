// Usage: node service.mjs FOLDER BUCKET
// An S3 service that keeps its objects in FOLDER, and in FOLDER.log what came; prints its address, and ends with its input.
import { appendFileSync } from "node:fs";
import S3rver from "s3rver";

const [folder, bucket] = process.argv.slice(2);
const service = new S3rver({
  address: "127.0.0.1", port: 0, silent: true, directory: folder, configureBuckets: [{ name: bucket }],
});
service.on("event", ({ Records: [{ eventName, s3 }] }) => appendFileSync(`${folder}.log`, `${eventName} ${s3.object.key}\n`));
const { port } = await service.run();
console.log(`http://127.0.0.1:${port}`);
process.stdin.resume();
process.stdin.on("end", () => service.close().then(() => process.exit(0)));
