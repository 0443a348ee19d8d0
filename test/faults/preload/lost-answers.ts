import pg from 'pg';
import { loseAnswers, lossesFrom } from '../lose-answers.ts';

/*
 * `node --import`: the database does what this process asks, and now and then the answer is lost on the way back.
 * FAULT_LOST_ANSWERS = `claim:2 settle:3`: every second claim, every third settlement.
 */
loseAnswers(pg.Client, lossesFrom(process.env['FAULT_LOST_ANSWERS'] ?? ''));
