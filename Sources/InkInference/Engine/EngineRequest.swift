import InkChat
import InkTensor

/// A request of an engine, which alone uses it.
final class EngineRequest {
  /// What is done for it.
  enum Work {
    case answer(AnswerWork)
    case scoring(ScoringWork)
  }

  let work: Work
  let arrival: ContinuousClock.Instant
  private var admission: ContinuousClock.Instant?

  init(work: Work, arrival: ContinuousClock.Instant) {
    self.work = work
    self.arrival = arrival
  }

  /// The request got its place; only the first time counts.
  func noteAdmission(at time: ContinuousClock.Instant) { admission = admission ?? time }

  /// How long it waited.
  var queueTime: Duration { arrival.duration(to: admission ?? arrival) }

  /// How long its prompt took.
  func promptTime(until time: ContinuousClock.Instant) -> Duration { (admission ?? arrival).duration(to: time) }

  /// Tells whoever waits for it.
  func fail(_ error: GenerationError) {
    switch work {
    case .answer(let work): work.continuation.resume(returning: .failure(error))
    case .scoring(let work): work.continuation.resume(returning: .failure(error))
    }
  }
}

/// An answer that is being written.
final class AnswerWork {
  var answer: Answer
  let sink: GenerationSink
  /// Guesses from the text itself, where that is how guesses are made.
  var guesser: TokenGuesser?
  var appetite: GuessAppetite
  /// Guesses for the next step.
  var guesses: [Int32] = []
  /// When the logits of the first token were there.
  var promptRead: ContinuousClock.Instant?
  let continuation: CheckedContinuation<Result<Void, GenerationError>, Never>

  init(
    answer: Answer, sink: GenerationSink, guesser: TokenGuesser?, appetite: GuessAppetite,
    continuation: CheckedContinuation<Result<Void, GenerationError>, Never>
  ) {
    self.answer = answer
    self.sink = sink
    self.guesser = guesser
    self.appetite = appetite
    self.continuation = continuation
  }
}

/// A text whose tokens are looked up in the model's predictions.
final class ScoringWork {
  let tokens: [Int32]
  let positions: Range<Int>
  let alternatives: Int
  var found: [GeneratedToken] = []
  let continuation: CheckedContinuation<Result<[GeneratedToken], GenerationError>, Never>

  init(
    tokens: [Int32], positions: Range<Int>, alternatives: Int,
    continuation: CheckedContinuation<Result<[GeneratedToken], GenerationError>, Never>
  ) {
    self.tokens = tokens
    self.positions = positions
    self.alternatives = alternatives
    self.continuation = continuation
  }

  /// The next position to look up.
  var next: Int { positions.lowerBound + found.count }
}
