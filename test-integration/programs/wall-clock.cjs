// For `node --require`: the wall clock, ahead of the machine's by as many milliseconds as stand in the file that
// WALL_CLOCK_AHEAD names, from the moment they stand there. So it jumps as it does for a computer that slept.
'use strict';

const { readFileSync } = require('node:fs');

const { WALL_CLOCK_AHEAD } = process.env;
const machineNow = Date.now;

Date.now = () => machineNow() + ahead();

function ahead() {
  try {
    return Number(readFileSync(WALL_CLOCK_AHEAD, 'utf8'));
  } catch {
    return 0;
  }
}
