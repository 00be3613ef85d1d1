import Foundation
import GRDB
public import InkChat

/// The messages of one conversation of one user, and notes about it.
public struct MemoryLog: Sendable {
  /// A message with its place.
  public struct Entry: Sendable, Hashable {
    /// The place in the conversation, from 0.
    public var position: Int
    /// What was said; text only.
    public var message: Message
    /// The vector that was kept with it; empty when none was.
    public var vector: [Float]
  }

  private let store: MemoryStore
  private let user: String
  private let conversation: String

  init(store: MemoryStore, user: String, conversation: String) {
    self.store = store
    self.user = user
    self.conversation = conversation
  }

  /// Adds messages to the end, all or none.
  ///
  /// - Parameter vectors: one for each message, or none at all.
  /// - Throws: `unsupported` for messages that are more than text of a user or an assistant.
  public func append(_ messages: [Message], vectors: [[Float]] = []) async throws(ChainError) {
    for message in messages {
      if case .parts = message.content {
        throw ChainError(.unsupported, context: "memory", expected: "messages of text", found: "one with pictures")
      }
    }
    let (user, conversation) = (user, conversation)
    try await store.write { db in
      let next =
        try Int.fetchOne(
          db, sql: "SELECT max(position) + 1 FROM message WHERE user = ? AND conversation = ?",
          arguments: [user, conversation]) ?? 0
      for (offset, message) in messages.enumerated() {
        let vector = offset < vectors.count ? Self.data(vectors[offset]) : nil
        try db.execute(
          sql: "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)",
          arguments: [user, conversation, next + offset, message.role.rawValue, message.content.text, vector])
      }
    }
  }

  /// The messages from a place on, in order.
  public func entries(from position: Int = 0) async throws(ChainError) -> [Entry] {
    let (user, conversation) = (user, conversation)
    return try await store.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT position, role, text, vector FROM message
          WHERE user = ? AND conversation = ? AND position >= ? ORDER BY position
          """, arguments: [user, conversation, position]
      ).map(Self.entry)
    }
  }

  /// The last messages, in order.
  public func last(_ count: Int) async throws(ChainError) -> [Entry] {
    let (user, conversation) = (user, conversation)
    return try await store.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT position, role, text, vector FROM message
          WHERE user = ? AND conversation = ? ORDER BY position DESC LIMIT ?
          """, arguments: [user, conversation, max(count, 0)]
      ).map(Self.entry).reversed()
    }
  }

  /// The notes of a kind by their names.
  func notes(_ kind: String) async throws(ChainError) -> [String: String] {
    let (user, conversation) = (user, conversation)
    return try await store.read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT name, text FROM note WHERE user = ? AND conversation = ? AND kind = ?",
        arguments: [user, conversation, kind])
      return Dictionary(rows.map { ($0["name"] as String, $0["text"] as String) }, uniquingKeysWith: { $1 })
    }
  }

  /// Keeps notes of a kind, in place of those of the same names, all or none.
  func keep(_ notes: [String: String], as kind: String) async throws(ChainError) {
    let (user, conversation) = (user, conversation)
    try await store.write { db in
      for (name, text) in notes {
        try db.execute(
          sql: "INSERT OR REPLACE INTO note VALUES (?, ?, ?, ?, ?)", arguments: [user, conversation, kind, name, text])
      }
    }
  }

  /// Forgets the conversation.
  public func forget() async throws(ChainError) {
    let (user, conversation) = (user, conversation)
    try await store.write { db in
      for table in ["message", "note"] {
        try db.execute(
          sql: "DELETE FROM \(table) WHERE user = ? AND conversation = ?", arguments: [user, conversation])
      }
    }
  }

  private static func entry(_ row: Row) throws -> Entry {
    let word: String = row["role"]
    guard let role = Message.Role(rawValue: word) else {
      throw ChainError(.store, context: "memory", expected: "a role", found: "\"\(word)\"")
    }
    let data: Data? = row["vector"]
    return Entry(
      position: row["position"], message: Message(role: role, content: .text(row["text"])), vector: floats(data))
  }

  private static func data(_ vector: [Float]) -> Data {
    Data(vector.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } })
  }

  private static func floats(_ data: Data?) -> [Float] {
    guard let bytes = data.map(Array.init) else { return [] }
    return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << ($1 * 8) })
    }
  }
}
