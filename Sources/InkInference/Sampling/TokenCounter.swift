import InkChat

/// How often each token occurred inside a penalty's window, kept up to date token by token.
struct TokenCounter: Sendable {
  /// A token and its number of occurrences in the window; 0 once it has left the window.
  struct Entry: Sendable {
    let token: Int32
    var count: Int32
  }

  private let window: PenaltyWindow
  private var slots: [Int32: Int] = [:]
  /// In the order of first occurrence, so that a walk over it is the same in every run.
  private(set) var entries: [Entry] = []

  init(window: PenaltyWindow) {
    self.window = window
  }

  /// Takes note of the history's newest token.
  mutating func noteLast(of history: TokenHistory) {
    guard let token = history.tokens.last else { return }
    switch window {
    case .everything: change(token, by: 1)
    case .answer: if history.answerCount > 0 { change(token, by: 1) }
    case .last(let length):
      change(token, by: 1)
      let leaving = history.tokens.count - 1 - length
      if leaving >= 0 { change(history.tokens[leaving], by: -1) }
    }
  }

  private mutating func change(_ token: Int32, by difference: Int32) {
    if let slot = slots[token] {
      entries[slot].count += difference
    } else {
      slots[token] = entries.count
      entries.append(Entry(token: token, count: difference))
    }
  }
}
