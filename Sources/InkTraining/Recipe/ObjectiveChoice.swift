/// What the loss of a run is.
public enum ObjectiveChoice: Sendable, Hashable {
  /// The next token, from those before it.
  case causal
  /// The next token, behind a prefix whose tokens see each other.
  case prefix
  /// What the assistant says, as far as `mask` lets it.
  case supervised(Mask)
  /// The class, the number or the vector that the task is about.
  case task

  /// Which tokens of a conversation are learned.
  public enum Mask: String, Sendable, Hashable, CaseIterable {
    case assistant, last, all
  }

  private enum Kind: String, CaseIterable {
    case causal, prefix, supervised
  }

  init(_ reader: inout RecipeReader, task: Recipe.Task) throws(TrainingError) {
    var part = try reader.part("objective")
    let kind = try part?.choice("kind", of: Kind.self)
    let mask = try part?.choice("mask", of: Mask.self)
    try part?.finish()
    switch (task, kind) {
    case (.pretrain, nil), (.pretrain, .causal?): self = .causal
    case (.pretrain, .prefix?), (.finetune, .prefix?): self = .prefix
    case (.finetune, nil), (.finetune, .supervised?): self = .supervised(mask ?? .assistant)
    case (.classify, nil), (.classifyTokens, nil), (.regress, nil), (.embed, nil): self = .task
    case (_, let kind?):
      throw reader.error(
        "objective", expected: "an objective of the task \(task.rawValue)", found: "\"\(kind.rawValue)\"")
    }
    if mask != nil, case .supervised = self { return }
    if mask != nil { throw reader.error("objective", expected: "a mask with the kind supervised only") }
  }
}
