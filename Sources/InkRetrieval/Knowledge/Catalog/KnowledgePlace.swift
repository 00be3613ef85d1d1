/// Where a knowledge base is kept.
public enum KnowledgePlace: Sendable, Hashable {
  /// In a SQLite file in the catalog's folder, for this machine.
  case file
  /// On a server, for many machines, under the same name; its address without a password.
  case server(String)
}
