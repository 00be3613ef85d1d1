import Crypto
import Foundation
import InkChat

extension ServerServices {
  /// The model that Ollama's clients mean: its name, with `:latest` or without.
  func ollamaName(_ name: String) async -> String {
    let listings = await models.listings
    if listings.contains(where: { $0.id == name || $0.aliases.contains(name) }) { return name }
    return name.hasSuffix(":latest") ? String(name.dropLast(":latest".count)) : name
  }

  /// The model's entry in the list.
  ///
  /// - Throws: `notFound`.
  func ollamaListing(_ name: String) async throws(ServerError) -> ModelListing {
    let plain = await ollamaName(name)
    let listings = await models.listings
    guard let listing = listings.first(where: { $0.id == plain || $0.aliases.contains(plain) }) else {
      throw .unknownModel(name, known: listings.map(\.id))
    }
    return listing
  }

  /// The time as Ollama writes it.
  var ollamaTime: String { Self.ollamaTime(clock.secondsSince1970()) }

  static func ollamaTime(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
  }
}

extension RequestFields {
  /// `model`, or `name` as older clients write it.
  mutating func ollamaModel() throws(ServerError) -> String {
    let older = try string("name")
    guard let name = try string("model") ?? older, !name.isEmpty else { throw missing("model") }
    return name
  }
}

extension ModelListing {
  /// The name with a tag, as Ollama's clients expect every name to have one.
  var ollamaName: String { id.contains(":") ? id : id + ":latest" }

  /// An entry of `/api/tags`.
  func ollamaEntry(_ further: [JSONMember] = []) -> JSONValue {
    let members = [
      JSONMember("name", .string(ollamaName)), JSONMember("model", .string(ollamaName)),
      JSONMember("modified_at", .string(ServerServices.ollamaTime(created))), JSONMember("size", 0),
      JSONMember("digest", .string(digest)), JSONMember("details", ollamaDetails),
    ]
    return .object(members + further)
  }

  /// What is known of the model's make.
  var ollamaDetails: JSONValue {
    let family = fact("architecture") ?? ""
    return [
      "parent_model": .string(parent ?? ""), "format": .string(fact("format") ?? ""), "family": .string(family),
      "families": family.isEmpty ? [] : [.string(family)], "parameter_size": .string(fact("parameters") ?? ""),
      "quantization_level": .string(fact("quantization") ?? ""),
    ]
  }

  /// What it can do, in Ollama's words.
  var ollamaCapabilities: [JSONValue] {
    Ability.allCases.filter(abilities.contains).compactMap { ability in
      switch ability {
      case .chat: "completion"
      case .completion, .rerank: nil
      case .vision: "vision"
      case .tools: "tools"
      case .reasoning: "thinking"
      case .embedding: "embedding"
      }
    }
  }

  func fact(_ name: String) -> String? { facts.first { $0.name == name }?.value }

  /// Tells one name from another; it says nothing of the weights.
  private var digest: String {
    SHA256.hash(data: Data(id.utf8)).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }
}
