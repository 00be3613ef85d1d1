extension Encoding {
  /// Cuts a long sequence into windows of at most `length` tokens, each of which repeats `stride` tokens of the one
  /// before. The first window is the one that is kept when there may be only one.
  ///
  /// - Parameter stride: fewer than `length`, unless the sequence is short enough or `length` is 0.
  func windows(of length: Int, stride: Int, cutting side: SequenceSide) -> [Encoding] {
    if ids.count <= length { return [self] }
    if length <= 0 { return [Encoding(), self] }
    let step = max(length - stride, 1)
    var result: [Encoding] = []
    switch side {
    case .end:
      var start = 0
      while true {
        let stop = min(start + length, ids.count)
        result.append(part(start..<stop))
        if stop == ids.count { return result }
        start += step
      }
    case .start:
      var stop = ids.count
      while true {
        let start = max(stop - length, 0)
        result.append(part(start..<stop))
        if start == 0 { return result }
        stop -= step
      }
    }
  }

  private func part(_ range: Range<Int>) -> Encoding {
    var result = Encoding()
    result.ids = Array(ids[range])
    result.typeIDs = Array(typeIDs[range])
    result.offsets = Array(offsets[range])
    result.attentionMask = Array(attentionMask[range])
    return result
  }
}
