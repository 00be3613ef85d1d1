import InkNN

extension DecoderSpec {
  /// Takes away stretching that only begins beyond the model's context: a base that grows with the length of a sequence.
  ///
  /// - Returns: the length up to which nothing changes, where something was taken away.
  mutating func leaveOutLaterStretching() -> Int? {
    let context = contextLength
    var length: Int?
    changeRotary { rotary in
      guard case .dynamicNTK(_, let original) = rotary.scaling, original >= context else { return }
      rotary.scaling = .none
      length = original
    }
    return length
  }
}
