package import InkChat

/// What an application found out, for a person and for a program.
package struct ApplicationResult: Sendable, Equatable {
  /// What is printed.
  package var text: String
  /// What `--json` prints.
  package var members: [JSONMember]

  /// A result.
  package init(_ text: String, _ members: [JSONMember]) {
    self.text = text
    self.members = members
  }
}
