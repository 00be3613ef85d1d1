/// How a rate that was stable falls at last.
public enum DecayCurve: Sendable, Hashable {
  /// In a straight line.
  case linear
  /// Along half a cosine.
  case cosine
  /// As one minus the root of the share of its steps that is done (Hägele et al., 2024).
  case oneMinusSquareRoot
}
