import InkTensor

extension AttentionSegment {
  /// Sequences one behind the other in the rows of a step.
  ///
  /// Their pages live as long as the step, and the same ones serve all layers: a layer's keys are not needed behind it.
  /// Where gradients are recorded there are none, since no tape sees through pages.
  static func sequences(_ lengths: [Int], layout: KeyValueLayout, on cpu: CPU) -> [AttentionSegment] {
    var row = 0
    return lengths.map { length in
      let rows = row..<row + length
      row += length
      if cpu.isRecording { return AttentionSegment(wholeSequence: rows) }
      let pageCount = (length + KeyValueLayout.tokensPerPage - 1) / KeyValueLayout.tokensPerPage
      return AttentionSegment(
        rows: rows, firstPosition: 0, pages: (0..<pageCount).map { _ in KeyValuePage(layout: layout) })
    }
  }
}
