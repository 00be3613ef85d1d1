// Strengths of models from votes on pairs of answers (Bradley and Terry, 1952): the chance that i beats j is
// p_i / (p_i + p_j). Fitted by the minorize-maximize iteration of Hunter (2004); a tie is half a win for each.
//
// Every model also plays one drawn game against an average opponent of strength 1. Without it, a model that won all its
// games would be infinitely strong and two groups that never met could not be compared; with it, every fit is finite
// and unique, and few votes say little.

const PRIOR_GAMES = 1;
const ROUNDS = 2000;
const ACCURACY = 1e-10;
/** Points for a factor of ten, and the average, as chess writes them. */
const SCALE = 400 / Math.LN10;
const AVERAGE = 1000;

/**
 * The table for votes `{left, right, outcome}`, outcome `left`, `right`, `tie` or `bad` (both bad counts as a tie).
 *
 * Rows hold `model`, `rating`, `margin` (half the 95 % interval, from the observed information), `games`, `wins`,
 * `ties` and `losses`, strongest first.
 */
export function bradleyTerry(votes) {
  const fair = votes.filter((vote) => vote.left !== vote.right);
  const models = [...new Set(fair.flatMap((vote) => [vote.left, vote.right]))].sort();
  const index = new Map(models.map((model, at) => [model, at]));
  const games = models.map(() => new Map());
  const rows = models.map((model) => ({ model, rating: AVERAGE, margin: 0, games: 0, wins: 0, ties: 0, losses: 0 }));
  for (const vote of fair) {
    count(vote, rows[index.get(vote.left)], rows[index.get(vote.right)]);
    addGame(games, index.get(vote.left), index.get(vote.right));
  }
  const strengths = fit(games, rows.map((row) => row.wins + row.ties / 2));
  rows.forEach((row, at) => {
    row.rating = AVERAGE + SCALE * Math.log(strengths[at]);
    row.margin = 1.96 * SCALE / Math.sqrt(information(strengths, games[at], at));
  });
  return rows.sort((one, other) => other.rating - one.rating || (one.model < other.model ? -1 : 1));
}

function count(vote, left, right) {
  left.games += 1;
  right.games += 1;
  if (vote.outcome === "left" || vote.outcome === "right") {
    const [winner, loser] = vote.outcome === "left" ? [left, right] : [right, left];
    winner.wins += 1;
    loser.losses += 1;
  } else {
    left.ties += 1;
    right.ties += 1;
  }
}

function addGame(games, one, other) {
  games[one].set(other, (games[one].get(other) ?? 0) + 1);
  games[other].set(one, (games[other].get(one) ?? 0) + 1);
}

function fit(games, points) {
  let strengths = points.map(() => 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = strengths.map((strength, at) => {
      let sum = PRIOR_GAMES / (strength + 1);
      for (const [other, number] of games[at]) sum += number / (strength + strengths[other]);
      return (points[at] + PRIOR_GAMES / 2) / sum;
    });
    const change = Math.max(0, ...next.map((strength, at) => Math.abs(Math.log(strength / strengths[at]))));
    strengths = next;
    if (change < ACCURACY) break;
  }
  return strengths;
}

/** The diagonal of the observed information of one log-strength: each game adds p (1 - p). */
function information(strengths, opponents, at) {
  const chance = strengths[at] / (strengths[at] + 1);
  let sum = PRIOR_GAMES * chance * (1 - chance);
  for (const [other, number] of opponents) {
    const win = strengths[at] / (strengths[at] + strengths[other]);
    sum += number * win * (1 - win);
  }
  return sum;
}
