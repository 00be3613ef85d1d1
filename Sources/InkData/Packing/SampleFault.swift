/// Why an example gives no sample, where that need not be an error.
public enum SampleFault: Sendable, Hashable, CaseIterable {
  /// It is longer than the context.
  case tooLong
  /// None of its tokens is learned.
  case emptyMask

  init?(_ error: DataError) {
    switch error.code {
    case .tooLong: self = .tooLong
    case .emptyMask: self = .emptyMask
    case .file, .invalidRecord, .invalidSetting, .unsupported: return nil
    }
  }
}
