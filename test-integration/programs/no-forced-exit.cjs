// For `node --require`: a program that ends by process.exit says so and goes on instead, so that it ends only once
// nothing is left that keeps it. The code that it asked for is kept, as a natural end would have it.
'use strict';

const { writeSync } = require('node:fs');

process.exit = (code) => {
  writeSync(2, 'process.exit was called\n');
  if (code !== undefined) process.exitCode = code;
};
