// JSON-RPC 2.0 by jayson. Paths: /whole answers in the order of the calls, /reversed in the opposite one, and /three takes
// batches of three calls at most. Usage: node json-rpc.js; says its port on standard output. GET /seen: the labels of the
// notifications that came.
"use strict";

const express = require("express");
const jayson = require("jayson");

const seen = [];

const methods = {
  // answers after so many milliseconds
  later: ({ ms, text }, callback) => setTimeout(() => callback(null, text), ms),
  note: ({ label }, callback) => {
    seen.push(label);
    callback(null, "noted");
  },
  sum: (numbers, callback) => callback(null, numbers.reduce((a, b) => a + b, 0)),
  nothing: (params, callback) => callback(null, null),
  fail: ({ code, message }, callback) => callback({ code, message, data: { hint: "it was told to" } }),
  // an error that is none by the rules: jayson answers -32603
  broken: (params, callback) => callback(new Error("broken")),
};

const backwards = (key, value) => (key === "" && Array.isArray(value) ? value.slice().reverse() : value);

const app = express();
app.use(express.json({ limit: "10mb" }));
app.get("/seen", (request, response) => response.json(seen));
app.use("/whole", new jayson.Server(methods).middleware());
app.use("/reversed", new jayson.Server(methods, { replacer: backwards }).middleware());
app.use("/three", new jayson.Server(methods, { maxBatchLength: 3 }).middleware());

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
