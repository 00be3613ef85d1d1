/// The version that `inkstone --version` prints.
package enum ProgramVersion {
  /// Follows semantic versioning.
  package static let text = "0.1.0"
}
