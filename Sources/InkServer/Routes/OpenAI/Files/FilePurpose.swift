/// What a file is for.
enum FilePurpose: String, Sendable, Hashable, CaseIterable {
  case fineTune = "fine-tune"
  case batch
  case assistants
  case userData = "user_data"
  case vision
  case evals
  /// What a batch produced; clients cannot upload such a file.
  case batchOutput = "batch_output"

  /// Those that clients may give.
  static let uploads = allCases.filter { $0 != .batchOutput }
}
