/// The four Unicode normalization forms.
enum UnicodeForm: Sendable, Equatable {
  /// NFC.
  case composed
  /// NFD.
  case decomposed
  /// NFKC.
  case compatibilityComposed
  /// NFKD.
  case compatibilityDecomposed
}
