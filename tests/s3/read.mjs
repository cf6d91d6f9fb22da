// Usage: node read.mjs URL BUCKET
// Lists and reads a bucket with Amazon's own client; prints {key: SHA-256}.
import { createHash } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

const [url, bucket] = process.argv.slice(2);
const client = new S3Client({
  endpoint: url, region: "us-east-1", forcePathStyle: true,
  credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
});
const sums = {};
const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
for (const { Key } of listed.Contents ?? []) {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
  sums[Key] = createHash("sha256").update(await Body.transformToByteArray()).digest("hex");
}
console.log(JSON.stringify(sums));
