package import InkTensor

extension Communicator {
  /// Checks that every process has the same of something: the recipe, the list of weights.
  ///
  /// - Parameters:
  ///   - bytes: a digest or the thing itself.
  ///   - subject: what it is, for the error.
  /// - Throws: `communication`, in every process.
  package func agree(on bytes: [UInt8], _ subject: String) throws(TrainingError) {
    let all: [[UInt8]]
    do { all = try allGather(bytes) } catch {
      throw TrainingError(
        .communication, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
    }
    if let rank = all.firstIndex(where: { $0 != all[0] }) {
      throw TrainingError(
        .communication, context: subject, expected: "the same in every process", found: "another in rank \(rank)",
        hint: "Start every process with the same recipe, the same arguments and the same files.")
    }
  }
}
