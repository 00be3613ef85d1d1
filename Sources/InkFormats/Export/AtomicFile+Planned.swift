import InkTensor

extension AtomicFile {
  /// Makes a tensor and appends its bytes; its digest is noted when digests are wanted.
  func append(_ plan: PlannedTensor, _ digests: inout TensorDigests?, _ path: String) throws(FormatError) {
    var hasher: TensorHasher? = digests == nil ? nil : TensorHasher()
    try plan.run { (piece) throws(FormatError) in
      do throws(TensorError) { try write(piece.storage, range: piece.byteRange) } catch {
        throw FormatError(writing: error, file: path)
      }
      hasher?.update(piece)
    }
    if let hasher { digests?.note(plan.info, hasher) }
  }
}
