import InkArchive

extension HubError {
  /// A failure of an archive that was fetched.
  init(_ error: ArchiveError) {
    let code: Code =
      switch error.code {
      case .file: .fileSystem
      case .cancelled: .cancelled
      case .damaged, .unsupported, .tooLarge, .stopped: .archive
      }
    self.init(code, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
