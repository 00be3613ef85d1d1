import InkRetrieval
import NIOCore

extension RetrievalError {
  /// What went wrong between here and the server, and what to do about it.
  init(connection error: any Error, address: PostgreSQLAddress) {
    if let known = error as? RetrievalError {
      self =
        known.context == "PostgreSQL"
        ? RetrievalError(
          known.code, context: address.description, expected: known.expected, found: known.found, hint: known.hint)
        : known
    } else if error is CancellationError {
      self.init(.cancelled, context: address.description)
    } else if let failure = error as? PostgreSQLFailure {
      self.init(failure, address: address)
    } else {
      self.init(
        .unreachable, context: address.description, expected: "a connection to a PostgreSQL server", found: "\(error)",
        hint: "Check that the server runs, and that the address and the port are right.")
    }
  }

  /// What an error of the server means for a base; its SQLSTATE decides ("PostgreSQL Error Codes" of its
  /// documentation).
  init(_ failure: PostgreSQLFailure, address: PostgreSQLAddress) {
    let context = address.description
    var found = "\(failure.message) (SQLSTATE \(failure.state))"
    if !failure.detail.isEmpty { found += ": \(failure.detail)" }
    let (code, cure) = Self.meaning(of: failure)
    self.init(code, context: context, found: found, hint: cure.isEmpty ? failure.hint : cure)
  }

  private static func meaning(of failure: PostgreSQLFailure) -> (Code, String) {
    switch failure.state {
    case "28P01": (.store, "Check the user in the address, and the password in PGPASSWORD or the passfile.")
    case "28000":
      (
        .store,
        "Check the user, and pg_hba.conf of the server; TLS is not supported, so it must allow plain connections."
      )
    case "3D000": (.notFound, "Make the database (createdb), or name another in the address.")
    case "3F000", "42P01": (.notFound, "The base was deleted; make it anew.")
    case "42P06": (.alreadyExists, "Open it, or choose another name.")
    case "42501", "25006":
      (.store, "Give the user the right to make and change schemas in this database, and name the primary server.")
    case "58P01", "0A000", "42704":
      (.unsupported, "Install pgvector 0.5 or newer on the server, and CREATE EXTENSION vector in the database.")
    case "53300": (.store, "The server has no connection left: close others, or raise its max_connections.")
    case "53100": (.diskFull, "Make room on the server's disk and try again; nothing was changed.")
    case "53200", "54000": (.tooLarge, "Split the document, or give the server more memory; nothing was changed.")
    case "55P03": (.store, "Another writer keeps the base locked; try again when it is done. Nothing was changed.")
    case "57014": (.store, "The statement took too long: raise the timeout, or look what the server is busy with.")
    case "40001", "40P01": (.store, "Another writer was faster; try again. Nothing was changed.")
    case "22021", "22P05":
      (.invalidDocument, "PostgreSQL keeps no character of number 0 in names, titles and metadata; leave it out.")
    case let state where state.hasPrefix("57P"):
      (.unreachable, "The server is starting, stopping or was restarted; try again.")
    case _: (.store, "")
    }
  }
}
