import InkNN

extension DecoderSpec {
  /// Ends the context where positions begin to be turned by the length of the text, before which nothing is stretched.
  ///
  /// - Returns: where the context ends; nil when positions do not depend on the length.
  mutating func endAtTrainedContext() -> Int? {
    guard case .rotary(let rotary)? = groupedAttention?.position, case .dynamicNTK(_, let context) = rotary.scaling
    else {
      return nil
    }
    changeRotary { $0.scaling = .none }
    contextLength = min(contextLength, context)
    return context
  }
}
