// Reads messages with mailparser: on each line of the input a message in base64, on each line of
// the output what was read as JSON. The folder of node_modules is the first argument.
"use strict";

const path = require("path");
const readline = require("readline");
const { simpleParser } = require(path.join(process.argv[2], "node_modules", "mailparser"));

function people(field) {
  const found = [];
  for (const one of [].concat(field || [])) {
    for (const entry of one.value) {
      for (const person of entry.group || [entry]) {
        found.push([person.name || "", person.address || ""]);
      }
    }
  }
  return found;
}

async function read(octets) {
  const mail = await simpleParser(octets, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  return {
    from: people(mail.from),
    to: people(mail.to),
    cc: people(mail.cc),
    bcc: people(mail.bcc),
    reply_to: people(mail.replyTo),
    subject: mail.subject || "",
    message_id: mail.messageId || "",
    in_reply_to: mail.inReplyTo || "",
    references: [].concat(mail.references || []),
    text: mail.text || "",
    html: mail.html || "",
    files: mail.attachments.map((one) => ({
      name: one.filename || "",
      type: one.contentType,
      cid: one.cid || "",
      disposition: one.contentDisposition || "",
      octets: one.content.toString("base64"),
    })),
  };
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = await read(Buffer.from(line, "base64"));
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}

main();
