// Answers lists of items with lists of results, behind express-rate-limit in each of its generations of headers.
// Usage: node rate-limit.js; says its port on standard output. GET /counts: requests, and those refused, by path.
"use strict";

const express = require("express");
const { rateLimit } = require("express-rate-limit");

const WINDOW_MS = 1000;
const LIMIT = 50;

const app = express();
const counts = {};

for (const generation of ["legacy", "draft-6", "draft-7", "draft-8"]) {
  const count = { requests: 0, refused: 0 };
  counts[generation] = count;
  const limiter = rateLimit({
    windowMs: WINDOW_MS,
    limit: LIMIT,
    standardHeaders: generation === "legacy" ? false : generation,
    legacyHeaders: generation === "legacy",
    handler: (request, response) => {
      count.refused++;
      response.status(429).send("Too many requests.");
    },
  });
  app.post(
    "/" + generation,
    (request, response, next) => {
      count.requests++;
      next();
    },
    limiter,
    express.json({ limit: "10mb" }),
    (request, response) => response.json(request.body.map(({ id, text }) => ({ id, result: text }))),
  );
}
app.get("/counts", (request, response) => response.json(counts));

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
